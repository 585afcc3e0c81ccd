/** What Discord sends, as far as we look at it. Anything that does not fit is not taken. */
import { z } from 'zod';

const id = z.string().regex(/^\d{1,20}$/);

const user = z.object({
  id,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().nullish(),
});
const member = z.object({ nick: z.string().nullish() });

const attachment = z.object({
  id,
  filename: z.string(),
  content_type: z.string().nullish(),
  size: z.number(),
  url: z.string().nullish(),
});

const attachments = z.array(attachment).default([]);
const mentions = z.array(user).default([]);

/** The message that one answers, as far as it is told. */
const answered = z.object({
  id: id.nullish(),
  type: z.number().default(0),
  author: user,
  content: z.string().default(''),
  mentions,
  webhook_id: id.nullish(),
});

/** What one passes on: a copy without its author. */
const passedOn = z.object({
  message: z.object({ content: z.string().default(''), mentions, attachments }),
});

export const messageShape = z.object({
  id,
  channel_id: id,
  guild_id: id.nullish(),
  type: z.number(),
  author: user,
  member: member.nullish(),
  content: z.string(),
  edited_timestamp: z.string().nullish(),
  mentions,
  mention_roles: z.array(id).default([]),
  attachments,
  webhook_id: id.nullish(),
  nonce: z.union([z.string(), z.number()]).nullish(),
  message_reference: z.object({ message_id: id.nullish(), type: z.number().nullish() }).nullish(),
  // What is not as we know it costs the quotation, not the message.
  referenced_message: answered.nullish().catch(null),
  message_snapshots: z.array(passedOn).nullish().catch(null),
});

export const deletionShape = z.object({
  id: id.exactOptional(),
  ids: z.array(id).default([]),
  channel_id: id,
});

export const channelShape = z.object({
  id,
  type: z.number(),
  guild_id: id.nullish(),
  parent_id: id.nullish(),
  last_message_id: id.nullish(),
});

export const guildShape = z.object({
  id,
  channels: z.array(channelShape).default([]),
  threads: z.array(channelShape).default([]),
  roles: z.array(z.object({ id, tags: z.object({ bot_id: id.nullish() }).nullish() })).default([]),
});

export const readyShape = z.object({ application: z.object({ id }) });

const entry = z.object({
  custom_id: z.string(),
  value: z.string().nullish(),
  values: z.array(z.string()).nullish(),
});

export const interactionShape = z.object({
  id,
  application_id: id,
  token: z.string(),
  type: z.number(),
  guild_id: id.nullish(),
  channel: channelShape.nullish(),
  member: member.extend({ user }).nullish(),
  user: user.nullish(),
  message: z.object({ id }).nullish(),
  data: z
    .object({
      name: z.string().nullish(),
      custom_id: z.string().nullish(),
      values: z.array(z.string()).nullish(),
      options: z.array(z.object({ name: z.string(), value: z.unknown() })).nullish(),
      components: z
        .array(z.object({ component: entry.nullish(), components: z.array(entry).nullish() }))
        .nullish(),
    })
    .nullish(),
});

export type WireUser = z.infer<typeof user>;
export type WireAttachment = z.infer<typeof attachment>;
export type WireMember = z.infer<typeof member>;
export type WireMessage = z.infer<typeof messageShape>;
export type WireChannel = z.infer<typeof channelShape>;
export type WireGuild = z.infer<typeof guildShape>;
export type WireInteraction = z.infer<typeof interactionShape>;
