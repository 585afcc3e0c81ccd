/** What Discord sends, as far as we look at it. Anything that does not fit is not taken. */
import { z } from 'zod';

const id = z.string().regex(/^\d{1,20}$/);

/** What is not as we know it costs itself, not the message around it: Discord leaves out, and sends null, as it likes. */
const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((given) => given ?? null);
const listOf = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((all) =>
      (all ?? []).flatMap((one): z.output<Shape>[] => {
        const parsed = shape.safeParse(one);
        return parsed.success ? [parsed.data] : [];
      }),
    );
const optionalId = id.nullish().catch(null);

const user = z.object({
  id,
  username: z.string().catch('somebody'),
  global_name: text,
  bot: z.boolean().nullish().catch(null),
});
const member = z.object({ nick: text });

const attachment = z.object({
  id,
  filename: z.string().catch('file'),
  content_type: text,
  size: z.number().catch(0),
  url: text,
});

const textIn = (key: string) =>
  z
    .object({ [key]: z.string() })
    .nullish()
    .catch(null)
    .transform((given) => given?.[key] ?? null);

const embed = z.object({
  type: text,
  author: textIn('name'),
  title: text,
  url: text,
  description: text,
  fields: listOf(z.object({ name: z.string().catch(''), value: z.string().catch('') })),
  footer: textIn('text'),
  image: textIn('url'),
});
export type WireEmbed = z.output<typeof embed>;

/** A part of a message made of components: words, something to see, or a box of further ones. */
export interface WireComponent {
  readonly type: number;
  readonly content: string | null;
  readonly label: string | null;
  /** Where it leads. */
  readonly url: string | null;
  readonly description: string | null;
  /** Where what it shows is. */
  readonly media: string | null;
  readonly items: readonly { readonly url: string; readonly description: string | null }[];
  readonly inner: readonly WireComponent[];
}

const component: z.ZodType<WireComponent> = z.lazy(() =>
  z
    .object({
      type: z.number(),
      content: text,
      label: text,
      url: text,
      description: text,
      media: textIn('url'),
      file: textIn('url'),
      items: listOf(
        z
          .object({ media: z.object({ url: z.string() }), description: text })
          .transform(({ media, description }) => ({ url: media.url, description })),
      ),
      components: listOf(component),
      accessory: component.nullish().catch(null),
    })
    .transform(({ file, media, components, accessory, ...rest }) => ({
      ...rest,
      media: media ?? file,
      inner: [...components, ...(accessory ? [accessory] : [])],
    })),
);

const poll = z
  .object({
    question: textIn('text'),
    answers: listOf(z.object({ poll_media: z.object({ text }) })),
    allow_multiselect: z.boolean().nullish().catch(null),
  })
  .transform(({ question, answers, allow_multiselect: several }) => ({
    question: question ?? '',
    answers: answers.flatMap(({ poll_media: { text: answer } }) => answer ?? []),
    several: several === true,
  }));
export type WirePoll = z.output<typeof poll>;

/** What a message can say, whoever it is from and however it came. */
const spokenShape = z.object({
  content: text.transform((given) => given ?? ''),
  mentions: listOf(user),
  attachments: listOf(attachment),
  embeds: listOf(embed),
  components: listOf(component),
  /** How many there are. */
  sticker_items: listOf(z.object({})).transform((stickers) => stickers.length),
  poll: poll
    .nullish()
    .catch(null)
    .transform((given) => (given && given.question + given.answers.join('') !== '' ? given : null)),
  /** It invites to a game or to watch something. */
  activity: z
    .unknown()
    .optional()
    .transform((given) => given !== undefined && given !== null),
});

/** The message that one answers, as far as it is told. */
const answered = spokenShape.extend({
  id: optionalId,
  type: z.number().catch(0),
  author: user,
  webhook_id: optionalId,
});

/** What one passes on: a copy without its author. */
const passedOn = z.object({ message: spokenShape });

export const messageShape = spokenShape.extend({
  id,
  channel_id: id,
  guild_id: optionalId,
  type: z.number(),
  author: user,
  member: member.nullish().catch(null),
  edited_timestamp: text,
  mention_roles: listOf(id),
  webhook_id: optionalId,
  nonce: z.union([z.string(), z.number()]).nullish().catch(null),
  message_reference: z
    .object({ message_id: optionalId, type: z.number().nullish().catch(null) })
    .nullish()
    .catch(null),
  referenced_message: answered.nullish().catch(null),
  message_snapshots: listOf(passedOn),
});

export const deletionShape = z.object({
  id: id.exactOptional(),
  ids: z.array(id).default([]),
  channel_id: id,
});

export const channelShape = z.object({
  id,
  name: z.string().nullish().catch(null),
  type: z.number(),
  guild_id: id.nullish(),
  parent_id: id.nullish(),
  last_message_id: id.nullish(),
});

const roleShape = z.object({
  id,
  name: text,
  tags: z.object({ bot_id: optionalId }).nullish().catch(null),
});

export const roleChangeShape = z.object({ role: roleShape });

export const guildShape = z.object({
  id,
  channels: listOf(channelShape),
  threads: listOf(channelShape),
  roles: listOf(roleShape),
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
      resolved: z
        .object({
          users: z
            .record(z.string(), z.unknown())
            .nullish()
            .transform((all) => listOf(user).parse(Object.values(all ?? {}))),
        })
        .nullish()
        .catch(null),
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
export type WireSpoken = z.output<typeof spokenShape>;
export type WireMessage = z.output<typeof messageShape>;
export type WireChannel = z.infer<typeof channelShape>;
export type WireGuild = z.infer<typeof guildShape>;
export type WireInteraction = z.infer<typeof interactionShape>;
