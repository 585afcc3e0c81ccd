import type {
  Button,
  Capabilities,
  ChannelAdapter,
  InboundEvent,
  OutboundFile,
  OutboundMessage,
  Said,
  ThreadAddress,
} from '../../src/core/channel.ts';
import { ChannelError, type ChannelFailure } from '../../src/core/errors.ts';

export type Call = 'post' | 'edit' | 'remove' | 'find' | 'upload' | 'download' | 'history';

/** What goes wrong with the next call that fits: one fault is used up by one call. */
export interface Fault {
  readonly call?: Call;
  readonly thread?: string;
  /** Only a call whose text holds this. */
  readonly containing?: string;
  readonly failure?: ChannelFailure;
  /** The call takes effect, and its answer is lost. */
  readonly cut?: boolean;
  /** The call takes effect only when this is resolved. */
  readonly until?: Promise<unknown>;
}

export interface Attempt {
  readonly call: Call;
  readonly thread: string;
  readonly text: string;
  readonly ok: boolean;
}

interface Message {
  readonly id: string;
  readonly thread: string;
  readonly key: string;
  content: OutboundMessage;
  readonly file?: OutboundFile;
}

export interface FakePlatform {
  readonly adapter: ChannelAdapter;
  readonly faults: Fault[];
  /** Every call that was tried, oldest first. */
  readonly attempts: readonly Attempt[];
  /** The sentences said to one person alone. */
  readonly whispers: readonly { readonly to: string; readonly text: string }[];
  /** The thread as a person sees it, message by message: text, small print, [buttons]. */
  screen(thread?: string): readonly string[];
  /** The messages of a thread, oldest first. */
  messages(thread: string): readonly { readonly id: string; readonly content: OutboundMessage }[];
  /** Files that a thread shows, oldest first. */
  uploaded(thread?: string): readonly OutboundFile[];
  /** The newest message whose text holds this. */
  message(containing: string, thread?: string): { readonly id: string; readonly content: OutboundMessage };
  button(label: string, thread?: string): { readonly message: string; readonly button: Button };
  /** The bytes of attachments by id; what is not there is gone. */
  readonly files: Map<string, Uint8Array>;
  /** What was said in every thread, for `history`. */
  readonly earlier: Said[];
}

export interface Abilities {
  readonly recognises?: boolean;
  readonly find?: boolean;
  readonly remove?: boolean;
  readonly whisper?: boolean;
  readonly download?: boolean;
  readonly uploads?: Capabilities['uploads'];
  readonly rates?: Capabilities['rates'];
}

interface State {
  readonly messages: Message[];
  readonly faults: Fault[];
  readonly attempts: Attempt[];
  readonly whispers: { to: string; text: string }[];
  readonly files: Map<string, Uint8Array>;
  readonly earlier: Said[];
  readonly recognises: boolean;
  count: number;
}

/** A platform in memory that can be ill in every way that an adapter can tell. */
export function createFakePlatform(abilities: Abilities = {}): FakePlatform {
  const { recognises = false } = abilities;
  const known = { messages: [], faults: [], attempts: [], whispers: [], files: new Map(), earlier: [] };
  const state: State = { ...known, recognises, count: 0 };
  return {
    files: state.files,
    earlier: state.earlier,
    adapter: adapterOf(state, abilities, capabilitiesOf(abilities)),
    faults: state.faults,
    attempts: state.attempts,
    whispers: state.whispers,
    screen: (thread = 't1') => state.messages.filter((message) => message.thread === thread).map(shown),
    messages: (thread) => state.messages.filter((message) => message.thread === thread),
    uploaded: (thread = 't1') =>
      state.messages.flatMap(({ file, thread: place }) =>
        file === undefined || place !== thread ? [] : [file],
      ),
    message(containing, thread = 't1') {
      const found = state.messages.findLast(
        (message) => message.thread === thread && shown(message).includes(containing),
      );
      if (found === undefined) throw new Error(`no message with "${containing}"`);
      return found;
    },
    button(label, thread = 't1') {
      for (const { id, thread: place, content } of state.messages.toReversed()) {
        const button = content.buttons.find((one) => one.label.startsWith(label));
        if (place === thread && button !== undefined) return { message: id, button };
      }
      throw new Error(`no button "${label}"`);
    },
  };
}

function capabilitiesOf({ recognises = false, rates = [], uploads = 'none' }: Abilities): Capabilities {
  return {
    maxLength: 2000,
    measure: (markdown) => markdown.length,
    edits: 'any',
    editsNotify: true,
    buttons: { perMessage: 5, labelLength: 60 },
    forms: 'inline',
    rates,
    replies: true,
    uploads,
    recognisesRepeatedPost: recognises,
  };
}

function shown({ content: { markdown, footnote, buttons }, file }: Message): string {
  if (file !== undefined) return `${markdown} | ⎙ ${file.name}`;
  const small = footnote === undefined ? [] : [footnote];
  const pressable = buttons.map(({ label }) => `[${label}]`).join(' ');
  return [markdown, ...small, pressable].filter((line) => line !== '').join(' | ');
}

function adapterOf(state: State, abilities: Abilities, capabilities: Capabilities): ChannelAdapter {
  const { find = true, remove = true, whisper = true, download = true } = abilities;
  return {
    id: 'fake',
    capabilities,
    run: async () => {},
    post: (address, content, key) =>
      call(state, 'post', address, content.markdown, () => post(state, address, content, key)),
    edit: (address, id, content) =>
      call(state, 'edit', address, content.markdown, () => {
        messageOf(state, id).content = content;
      }),
    ...(remove
      ? {
          remove: (address: ThreadAddress, id: string) =>
            call(state, 'remove', address, '', () => {
              state.messages.splice(state.messages.indexOf(messageOf(state, id)), 1);
            }),
        }
      : {}),
    ...(capabilities.uploads === 'none'
      ? {}
      : {
          upload: (address: ThreadAddress, file: OutboundFile, key: string) =>
            call(state, 'upload', address, file.markdown, () =>
              post(state, address, captionOf(file), key, file),
            ),
        }),
    ...(find
      ? {
          find: (address: ThreadAddress, key: string) =>
            call(state, 'find', address, '', () => state.messages.find((one) => one.key === key)?.id),
        }
      : {}),
    history: (address, before, limit) =>
      call(state, 'history', address, before, () => state.earlier.slice(-limit)),
    ...(download ? { download: downloadOf(state) } : {}),
    ...(whisper
      ? {
          whisper: async (event: InboundEvent, text: string) => {
            state.whispers.push({ to: event.author.id, text });
          },
        }
      : {}),
  };
}

function downloadOf(state: State): NonNullable<ChannelAdapter['download']> {
  const nowhere = { platform: 'fake', channel: '', thread: '' };
  return ({ id }, maxBytes) =>
    call(state, 'download', nowhere, id, () => {
      const bytes = state.files.get(id);
      if (bytes === undefined) throw new ChannelError({ reason: 'gone' }, `no file ${id}`);
      if (bytes.length > maxBytes) throw new ChannelError({ reason: 'rejected' }, `${id} is too large`);
      return bytes;
    });
}

function captionOf({ markdown, silent }: OutboundFile): OutboundMessage {
  return { kind: 'notice', markdown, buttons: [], live: false, silent };
}

function post(
  state: State,
  { thread }: ThreadAddress,
  content: OutboundMessage,
  key: string,
  file?: OutboundFile,
): string {
  const known = state.messages.find((one) => one.key === key);
  if (known !== undefined && state.recognises) return known.id;
  state.count += 1;
  const id = `m${state.count}`;
  state.messages.push({ id, thread, key, content, ...(file === undefined ? {} : { file }) });
  return id;
}

function messageOf({ messages }: State, id: string): Message {
  const message = messages.find((one) => one.id === id);
  if (message === undefined) throw new ChannelError({ reason: 'gone' }, `no message ${id}`);
  return message;
}

async function call<T>(
  { faults, attempts }: State,
  name: Call,
  { thread }: ThreadAddress,
  text: string,
  act: () => T,
): Promise<T> {
  const at = faults.findIndex(
    (fault) =>
      (fault.call ?? name) === name &&
      (fault.thread ?? thread) === thread &&
      text.includes(fault.containing ?? ''),
  );
  const fault = at < 0 ? undefined : faults.splice(at, 1)[0];
  attempts.push({ call: name, thread, text, ok: fault?.failure === undefined && fault?.cut !== true });
  await fault?.until;
  if (fault?.failure !== undefined) throw new ChannelError(fault.failure, `fake ${fault.failure.reason}`);
  const result = act();
  if (fault?.cut === true) throw new ChannelError({ reason: 'unavailable' }, 'the answer was lost');
  return result;
}
