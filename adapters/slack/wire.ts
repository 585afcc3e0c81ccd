/** What Slack sends, as far as it is read here; all else is left alone. */
import { z } from 'zod';

/** A file, as messages and `files.info` tell of it. */
export const fileShape = z.object({
  id: z.string(),
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  /** `hosted`, `snippet`, `external`, `tombstone`, `hidden_by_limit`, `file_access`, … */
  mode: z.string().nullish(),
  /** `check_file_info`: of another organisation, and all else is told by `files.info` only. */
  file_access: z.string().nullish(),
});

export type FileWire = z.infer<typeof fileShape>;

/** A message of elsewhere, passed on (`is_share`), or the preview of a link. */
const shared = z.object({
  is_share: z.boolean().optional(),
  author_id: z.string().optional(),
  author_name: z.string().optional(),
  text: z.string().nullish(),
});

export type SharedWire = z.infer<typeof shared>;

/** One message, as events and histories tell of it. */
export const said = z.object({
  ts: z.string(),
  subtype: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  username: z.string().optional(),
  bot_profile: z.object({ name: z.string().optional() }).optional(),
  /** The author's workspace, where it is told. */
  team: z.string().optional(),
  user_team: z.string().optional(),
  text: z.string().nullish(),
  thread_ts: z.string().optional(),
  files: z.array(fileShape).optional(),
  attachments: z.array(shared).optional(),
  edited: z.object({ user: z.string().optional(), ts: z.string().optional() }).optional(),
});

/** `message` in all its kinds, and `app_mention`. */
export const messageShape = said.extend({
  type: z.enum(['message', 'app_mention']),
  channel: z.string(),
  channel_type: z.string().optional(),
  event_ts: z.string().optional(),
  message: said.optional(),
  previous_message: said.optional(),
  deleted_ts: z.string().optional(),
});

export type SaidWire = z.infer<typeof said>;
export type MessageWire = z.infer<typeof messageShape>;

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
