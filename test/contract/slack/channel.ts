import { slack as definition } from '../../../adapters/slack/index.ts';
import type { Form, MessageId, ThreadAddress } from '../../../src/core/channel.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { buttonsOf } from '../../fake/slack/people.ts';
import { messageText } from '../../fake/slack/screen.ts';
import { type FakeMessage, messagesOf } from '../../fake/slack/world.ts';
import { type FakeSlack, type Said, startFakeSlack, tokens } from '../../fake/slack.ts';
import type { Downloads } from '../adapter/file-rig.ts';
import { createGateway } from '../adapter/gateway.ts';
import type { ChannelUnderTest, People, Place, Platform, Saying, Sent, Who } from '../adapter/rig.ts';
import { createRunner } from '../adapter/runner.ts';
import { downloadsOf, filesOf, refusals, startElsewhere, uploadsOf } from './files.ts';

/** Where each place is: a channel, and a thread where it is one. */
type Spots = Readonly<Record<Place, { readonly channel: string; readonly thread?: string }>>;

interface World {
  readonly slack: FakeSlack;
  readonly spots: Spots;
}

const users: Readonly<Record<Who, string>> = { ann: 'U0ANN', ben: 'U0BEN' };

/** The adapter on the stand-in, with Ann and Ben in a channel, of which two threads are ours, and in private. */
export async function startSlackChannel(): Promise<ChannelUnderTest> {
  const slack = await startFakeSlack({ limits: false });
  // Told of before we were there: two events each.
  slack.faults.onEvent(/^(message|app_mention)$/, 'drop', { times: 4 });
  const opened = (text: string) => slack.people.say('U0ANN', 'C0API', `@dragoman ${text}`);
  const roots = [opened('fix the date test'), opened('something else')] as const;
  const spots: Spots = {
    thread: { channel: 'C0API', thread: roots[0].ts },
    other: { channel: 'C0API', thread: roots[1].ts },
    private: { channel: 'D0ANN' },
    channel: { channel: 'C0OPS' },
  };
  const gateway = createGateway({ documents: memoryDocuments(), routes: { add: () => {} } });
  const adapters = createRunner({
    definition,
    environment: {
      SLACK_BOT_TOKEN: tokens.bot,
      SLACK_APP_TOKEN: tokens.app,
      SLACK_API_URL: slack.apiUrl,
    },
    gateway,
    heard: () => slack.sockets.open() === 2,
    gone: () => slack.sockets.open() === 0,
  });
  const elsewhere = await startElsewhere();
  const downloads = downloadsOf(slack, elsewhere);
  await adapters.begin();
  return {
    gateway,
    ...adapters,
    places: {
      thread: { platform: 'slack', channel: 'C0API', thread: roots[0].ts },
      other: { platform: 'slack', channel: 'C0API', thread: roots[1].ts },
      rooms: { thread: 'thread', other: 'thread', private: 'private', channel: 'channel' },
      names: { thread: 'a thread in #api', other: 'a thread in #api', private: 'a private chat' },
    },
    people: peopleOf({ slack, spots }),
    platform: platformOf(slack, downloads),
    async stop() {
      await adapters.halt();
      await elsewhere.close();
      await slack.close();
    },
  };
}

function peopleOf({ slack, spots }: World): People {
  const say = (place: Place, text: string, { by = 'ann', mention = false }: Saying = {}, files = {}) => {
    const { channel, thread } = spots[place];
    const whole = mention ? `@dragoman ${text}` : text;
    return slack.people.say(users[by], channel, whole, {
      ...(thread === undefined ? {} : { thread }),
      ...files,
    });
  };
  const press = (place: Place, message: MessageId, label: string, by: Who = 'ann') =>
    slack.people.press(users[by], spots[place].channel, message, label);
  return {
    // A thread of Slack is flat.
    replies: false,
    async write(place, text, how) {
      return acknowledged(say(place, text, how));
    },
    writeSparsely: async (text) => acknowledged(say('thread', text, {}, { sparse: true })),
    async babble() {
      const told = slack.tell({
        type: 'message',
        channel: 'C0API',
        ts: { seconds: 5 },
        user: users.ann,
        text: 'x',
      });
      return acknowledged({ ts: '', told });
    },
    repeatNext: () => slack.faults.onEvent('message', 'repeat'),
    async forward(place, text) {
      say(place, '', {}, { attachments: [{ is_share: true, author_id: users.ben, text }] });
    },
    async change(place, message, text) {
      await slack.people.edit(spots[place].channel, message, text);
    },
    async withdraw(place, message) {
      await slack.people.delete(spots[place].channel, message);
    },
    async attach(place, caption, name, bytes) {
      say(place, caption, {}, { files: [slack.file(users.ann, { name, bytes })] });
    },
    async send(place, text, files, how = {}) {
      const user = users[how.by ?? 'ann'];
      return acknowledged(say(place, text, how, { files: files.map((file) => slack.file(user, file)) }));
    },
    async press(place, message, label, by) {
      // The gateway may not be able to store it yet.
      const pressed = press(place, message, label, by);
      await Promise.race([pressed, new Promise((resolve) => setImmediate(resolve))]);
    },
    opener: ({ title }) => title,
    async submit(place, message, form, fields) {
      await press(place, message, form.title);
      await slack.people.submit('U0ANN', filled(form, fields));
    },
  };
}

function acknowledged({ told }: Said): Sent {
  const state = { told: false };
  void told.then((value) => Object.assign(state, { told: value }));
  return { acknowledged: () => state.told };
}

/** Words that are no choice go into the field for own words. */
function filled(form: Form, fields: Readonly<Record<string, readonly string[]>>) {
  const entries = form.fields.flatMap(
    ({ id, options }): readonly (readonly [string, string | readonly string[]])[] => {
      const given = fields[id] ?? [];
      const chosen = given.filter((value) => options.some(({ label }) => label === value));
      const own = given.filter((value) => !chosen.includes(value)).join('\n');
      return options.length === 0
        ? [[id, own]]
        : [
            [id, chosen],
            [`${id}/own`, own],
          ];
    },
  );
  return Object.fromEntries(entries);
}

const calls = { post: 'chat.postMessage', edit: 'chat.update', any: /^chat\.(postMessage|update)$/ };

function platformOf(slack: FakeSlack, downloads: Downloads): Platform {
  const shown = ({ channel, thread }: ThreadAddress): readonly FakeMessage[] =>
    messagesOf(slack.world, channel, thread === 'main' ? undefined : thread);
  return {
    screen: async (address) =>
      shown(address)
        .filter(({ onlyFor }) => onlyFor === undefined)
        .map((message) => ({
          id: message.ts,
          by: message.user === slack.world.bot.user ? 'agent' : 'person',
          text: messageText(slack.world, message),
          buttons: buttonsOf(message).map(({ label }) => label),
          ...(message.files.length === 0 ? {} : { files: filesOf(message) }),
        })),
    refuse: refusals(slack, calls.any),
    refuseForm: () =>
      slack.faults.onCall(calls.any, {
        type: 'answer',
        status: 200,
        body: { ok: false, error: 'blocks_look_odd_today' },
      }),
    downloads,
    uploads: uploadsOf(slack),
    streams: {
      isOpen: ({ channel }, id) => slack.message(channel, id)?.streaming !== undefined,
      loseStart: () => slack.faults.onCall('chat.startStream', { type: 'apply-then-cut' }),
      losePiece: () => slack.faults.onCall('chat.appendStream', { type: 'apply-then-cut' }),
      refuse: () =>
        slack.faults.onCall('chat.startStream', {
          type: 'answer',
          status: 200,
          body: { ok: false, error: 'feature_not_enabled' },
        }),
    },
    loseAnswer: (call) => slack.faults.onCall(calls[call], { type: 'apply-then-cut' }),
    answerWithPage: (status) =>
      slack.faults.onCall(calls.any, { type: 'answer', status, body: '<html><h1>Sign in</h1></html>' }),
    limitInBody: (ms) =>
      slack.faults.onCall(calls.any, {
        type: 'answer',
        status: 429,
        body: { ok: false, error: 'ratelimited', retry_after: ms / 1000 },
      }),
    calls: () =>
      slack.requests.filter(({ method }) => /^(chat|views|assistant|agents|reactions)\./.test(method)).length,
    cut: () => slack.sockets.cut('all'),
    minted: async ({ channel }, id) => slack.acts(channel, id),
    shownToAnn: (address) =>
      shown(address)
        .filter(({ onlyFor }) => onlyFor === users.ann)
        .map((message) => messageText(slack.world, message)),
    isAlive: ({ channel, thread }) => slack.world.statuses.has(`${channel}/${thread}`),
    secrets: [tokens.bot, tokens.app],
  };
}
