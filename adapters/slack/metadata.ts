import { z } from 'zod';

/** The name of our metadata. Everybody in the workspace can read it, so it holds the post's key and nothing else. */
const keyed = 'dragoman_post';

const shape = z.object({ event_type: z.literal(keyed), event_payload: z.object({ key: z.string() }) });

export function metadataOf(key: string) {
  return { event_type: keyed, event_payload: { key } };
}

export function keyIn(metadata: unknown): string | undefined {
  return shape.safeParse(metadata).data?.event_payload.key;
}
