/** Dialogues as they are kept: one for each person and card, so that a restart loses no answer. */
import { z } from 'zod';
import type { Documents, ThreadAddress } from '../../src/core/channel.ts';
import { formShape } from '../../src/lib/forms.ts';

const collection = 'dialogues';
/** More than this many at once are nobody's honest doing; the oldest go first. */
const mostDialogues = 200;
/** Nobody is waited for longer than this, milliseconds. */
const patienceMs = 3_600_000;

const shape = z.object({
  /** When the button was pressed, epoch milliseconds. */
  at: z.number(),
  /** The update that brought it to where it is: it and earlier ones are known. */
  update: z.number(),
  author: z.object({ id: z.string(), name: z.string() }),
  address: z.object({ platform: z.string(), channel: z.string(), thread: z.string() }),
  /** The message whose button was pressed. */
  card: z.string(),
  form: formShape,
  /** Filled so far, in the order of the form. */
  fields: z.record(z.string(), z.array(z.string())),
  /** The message that the next question answers: the card, then the person's own. */
  below: z.string(),
  /** What was answered last did not fit. */
  unclear: z.boolean(),
  /** Messages that asked, the newest last. */
  prompts: z.array(z.string()),
  /**
   * `asking`: the next question is to be posted. `asked`: it waits for the answer. `over`: the questions are to be
   * taken away. `cleared`: they are, and only a late answer can still come.
   */
  stage: z.enum(['asking', 'asked', 'over', 'cleared']),
});

export type FormDialogue = z.infer<typeof shape>;

export function keyOf(address: ThreadAddress, card: string, person: string): string {
  return [address.channel, card, person].join('/');
}

export interface FormRecords {
  get(key: string): Promise<FormDialogue | undefined>;
  put(key: string, dialogue: FormDialogue): Promise<void>;
  list(): Promise<readonly KeptDialogue[]>;
  remove(key: string): Promise<void>;
}

export interface KeptDialogue {
  readonly key: string;
  readonly dialogue: FormDialogue;
}

export function createFormRecords(documents: Documents): FormRecords {
  return {
    async get(key) {
      const kept = shape.safeParse(await documents.get(collection, key));
      return kept.success ? kept.data : undefined;
    },
    put: (key, dialogue) => documents.put(collection, key, dialogue),
    async list() {
      const all = await documents.list(collection);
      return all.flatMap(({ key, value }) => {
        const kept = shape.safeParse(value);
        return kept.success ? [{ key, dialogue: kept.data }] : [];
      });
    },
    remove: (key) => documents.remove(collection, key),
  };
}

/** Those that are too old, or too many, at this time. */
export function stale(kept: readonly KeptDialogue[], now: number): readonly KeptDialogue[] {
  const newest = kept.toSorted((a, b) => b.dialogue.at - a.dialogue.at);
  return newest.filter(({ dialogue: { at } }, place) => now - at > patienceMs || place >= mostDialogues);
}
