/** What Slack sends, as far as it is read here; all else is left alone. */
import { z } from 'zod';

/** Reads what Slack told, where null is as good as absent. */
export function read<Shape extends z.ZodType>(shape: Shape, payload: unknown): z.infer<Shape> {
  return shape.parse(withoutNulls(payload));
}

/** The same with an outcome instead of an error. */
export function tryRead<Shape extends z.ZodType>(shape: Shape, payload: unknown) {
  return shape.safeParse(withoutNulls(payload));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => one !== null).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (one === null ? [] : [[name, withoutNulls(one)]])),
  );
}

/** A file, as messages and `files.info` tell of it. */
export const fileShape = z.object({
  id: z.string(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  /** `hosted`, `snippet`, `external`, `tombstone`, `hidden_by_limit`, `file_access`, … */
  mode: z.string().nullish(),
  /** `check_file_info`: of another organisation, and all else is told by `files.info` only. */
  file_access: z.string().nullish(),
});

export type FileWire = z.infer<typeof fileShape>;

/** What may be left out is left out where it cannot be read: it must not cost what stands beside it. */
const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const files = z
  .array(fileShape.catch({ id: 'unreadable' }))
  .optional()
  .catch(undefined);

/** What stands below a message: one of elsewhere, passed on; the preview of a link; what a program says or a paste. */
const shared = z.object({
  is_share: flag,
  is_msg_unfurl: flag,
  from_url: text,
  original_url: text,
  author_id: text,
  author_name: text,
  pretext: text,
  title: text,
  title_link: text,
  text,
  fallback: text,
  fields: z.unknown().optional(),
  blocks: z.unknown().optional(),
  message_blocks: z.unknown().optional(),
  files,
});

export type SharedWire = z.infer<typeof shared>;

/** One message, as events and histories tell of it. */
export const said = z.object({
  ts: z.string(),
  subtype: text,
  user: text,
  bot_id: text,
  username: text,
  bot_profile: z.object({ name: text }).optional().catch(undefined),
  /** Made by a client that a person uses; programs have none. */
  client_msg_id: text,
  text,
  thread_ts: text,
  blocks: z.unknown().optional(),
  files,
  attachments: z.array(shared.catch({})).optional().catch(undefined),
  edited: z.object({ user: text, ts: text }).optional().catch(undefined),
});

/** `message` in all its kinds, and `app_mention`. */
export const messageShape = said.extend({
  type: z.enum(['message', 'app_mention']),
  channel: z.string(),
  channel_type: text,
  event_ts: text,
  message: said.optional(),
  previous_message: said.optional(),
  deleted_ts: text,
});

export type SaidWire = z.infer<typeof said>;
export type MessageWire = z.infer<typeof messageShape>;

/** Somebody pressed Slack's own Stop, or gave the thread's session another name. */
export const sessionShape = z.object({
  channel: z.string(),
  thread_ts: z.string(),
  user: z.string(),
  title: z.string().optional(),
  event_ts: z.string(),
});

export type SessionWire = z.infer<typeof sessionShape>;

export const movedShape = z.object({ old_channel_id: z.string(), new_channel_id: z.string() });

/** Users whose tokens are of no use any more, by kind of token. */
export const revokedShape = z.object({ tokens: z.object({ bot: z.array(z.string()).nullish() }) });

const person = z.object({ id: z.string(), team_id: z.string().nullish() });

export const pressShape = z.object({
  user: person,
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }),
  container: z.object({ message_ts: z.string(), thread_ts: z.string().optional() }),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  actions: z
    .array(z.object({ action_id: z.string(), action_ts: z.string(), value: z.string().optional() }))
    .min(1),
});

export type PressWire = z.infer<typeof pressShape>;

const option = z.object({ value: z.string() });

export const submissionShape = z.object({
  user: person,
  view: z.object({
    id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            value: z.string().nullish(),
            selected_option: option.nullish(),
            selected_options: z.array(option).nullish(),
          }),
        ),
      ),
    }),
  }),
});

export type SubmissionWire = z.infer<typeof submissionShape>;

export const slashShape = z.object({
  user_id: z.string(),
  channel_id: z.string(),
  text: z.string().default(''),
  trigger_id: z.string(),
  response_url: z.string().optional(),
});

export type SlashWire = z.infer<typeof slashShape>;
