/** What people do on the stand-in. */
import type { Interaction, InteractionDeps } from './interactions.ts';
import { addMessage, mention, threadEvent } from './messages.ts';
import { channelJson, messageEvent, roleJson } from './payloads.ts';
import { answered, begin, choose, command, press, submit } from './presses.ts';
import { privateWith, startThread } from './threads.ts';
import {
  addChannel,
  addUser,
  channelType,
  type FakeFile,
  type Json,
  theChannel,
  theMessage,
  type World,
} from './world.ts';

export interface Saying {
  /** The message that is answered. */
  readonly replyTo?: string;
  readonly files?: readonly Pick<FakeFile, 'name' | 'mime' | 'bytes'>[];
  /** The message that is passed on, from wherever it is. */
  readonly passesOn?: string;
  /** As a webhook. */
  readonly webhook?: string;
  /** What it holds outside its text, as Discord sends it. */
  readonly outside?: Json;
}

export interface People {
  join(name: string, bot?: boolean): string;
  /** A channel of the guild. */
  channel(name: string, type?: number): string;
  /** A role of the guild, which people can mention. */
  role(name: string): string;
  /** The private chat of a person with the bot. */
  privateChat(user: string): string;
  say(user: string, channel: string, text: string, saying?: Saying): string;
  edit(message: string, text: string): void;
  /** A link preview has come: an update that is no edit. */
  preview(message: string): void;
  remove(message: string): void;
  /** A post in a forum: a thread with its first message. */
  forumPost(user: string, forum: string, title: string, text: string): string;
  /** A thread that a person starts. */
  thread(user: string, channel: string, name: string): string;
  /** A thread from a message. */
  startThread(message: string, name: string): void;
  archive(thread: string, locked?: boolean): void;
  removeThread(thread: string): void;
  /** Presses the button with this label, or chooses these options of a select. */
  press(user: string, message: string, label: string): Interaction;
  choose(user: string, message: string, labels: readonly string[]): Interaction;
  /** Fills in and sends the modal that an interaction has opened: labels to texts or chosen labels. */
  submit(opened: Interaction, fields: Readonly<Record<string, string | readonly string[]>>): Interaction;
  command(user: string, channel: string, name: string, text?: string): Interaction;
  /** Writes so much of a command's argument, and waits for what it could become. */
  begin(user: string, channel: string, name: string, text: string): Interaction;
  /** Resolves when the first answer has come; rejects after real `ms`. */
  answered(interaction: Interaction, ms?: number): Promise<Interaction>;
}

export function createPeople(deps: InteractionDeps): People {
  const { world, tell } = deps;
  return {
    join: (name, bot) => addUser(world, name, bot),
    channel(name, type = channelType.text) {
      const channel = addChannel(world, { name, type });
      tell('CHANNEL_CREATE', { ...channelJson(world, channel) });
      return channel.id;
    },
    role(name) {
      const id = world.id();
      world.roles.set(id, name);
      tell('GUILD_ROLE_CREATE', { guild_id: world.guild, role: roleJson(world, id) });
      return id;
    },
    privateChat: (user) => privateWith(world, user).id,
    say: (user, channel, text, saying) => say(deps, user, channel, text, saying),
    edit(id, text) {
      const message = theMessage(world, id);
      message.content = text;
      message.editedAt = world.clock.now();
      tell('MESSAGE_UPDATE', messageEvent(world, message));
    },
    preview: (id) => tell('MESSAGE_UPDATE', messageEvent(world, theMessage(world, id))),
    remove(id) {
      const message = theMessage(world, id);
      message.deleted = true;
      tell('MESSAGE_DELETE', { id, channel_id: message.channel, guild_id: guildOf(world, message.channel) });
    },
    forumPost(user, forum, title, text) {
      const thread = addChannel(world, { type: channelType.thread, name: title, parent: forum, owner: user });
      tell('THREAD_CREATE', { ...threadEvent(world, thread), newly_created: true });
      const message = addMessage(world, { id: thread.id, channel: thread.id, author: user, content: text });
      mention(world, message, {}, true);
      tell('MESSAGE_CREATE', messageEvent(world, message));
      return thread.id;
    },
    thread(user, channel, name) {
      const thread = addChannel(world, { type: channelType.thread, name, parent: channel, owner: user });
      tell('THREAD_CREATE', { ...threadEvent(world, thread), newly_created: true });
      return thread.id;
    },
    startThread(id, name) {
      const { channel, author } = theMessage(world, id);
      startThread(deps, channel, id, { name }, author);
    },
    archive(id, locked = false) {
      const thread = theChannel(world, id);
      Object.assign(thread, { archived: true, locked });
      tell('THREAD_UPDATE', threadEvent(world, thread));
    },
    removeThread(id) {
      const thread = theChannel(world, id);
      thread.deleted = true;
      tell('THREAD_DELETE', { id, guild_id: thread.guild, parent_id: thread.parent, type: thread.type });
    },
    press: (user, message, label) => press(deps, user, message, label),
    choose: (user, message, labels) => choose(deps, user, message, labels),
    submit: (opened, fields) => submit(deps, opened, fields),
    command: (user, channel, name, text) => command(deps, user, channel, name, text),
    begin: (user, channel, name, text) => begin(deps, user, channel, name, text),
    answered: (interaction, ms = deps.answerWithinMs) => answered(deps, interaction, ms),
  };
}

function guildOf(world: World, channel: string): string | undefined {
  return theChannel(world, channel).guild;
}

function say(
  deps: InteractionDeps,
  user: string,
  channel: string,
  text: string,
  saying: Saying = {},
): string {
  const { world, tell } = deps;
  const message = addMessage(world, {
    channel,
    author: user,
    content: text,
    reference: saying.replyTo,
    attachments: (saying.files ?? []).map((file) => ({ id: world.id(), ...file })),
    passesOn: saying.passesOn,
    webhook: saying.webhook,
    outside: saying.outside ?? {},
  });
  mention(world, message, {}, true);
  const place = theChannel(world, channel);
  if (place.archived) {
    place.archived = false;
    tell('THREAD_UPDATE', threadEvent(world, place));
  }
  tell('MESSAGE_CREATE', messageEvent(world, message));
  return message.id;
}
