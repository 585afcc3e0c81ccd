/** What the gateway asks of the server for one session: a prompt, an end, answers to requests. */
import type { FilePartInput, OpencodeClient, TextPartInput } from '@opencode-ai/sdk/v2';
import type { Agent, FileChanges, PromptCall, ReplyOutcome, SessionRef } from '../../core/agent.ts';
import { type ServerMessageId, serverSessionId } from '../../core/ids.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { dataUrl } from '../data-url.ts';
import { relativeDiff } from '../diffs.ts';
import { type Calls, refusalStatus } from './calls.ts';
import { type Defaults, modelOf } from './defaults.ts';
import { reads } from './images.ts';
import { refuseElsewhere } from './place.ts';

interface SessionCallDeps {
  readonly calls: Calls;
  readonly clock: Clock;
  readonly log: Log;
  readonly defaults: (directory: string) => Promise<Defaults>;
}

type SessionCalls = Pick<
  Agent,
  | 'createSession'
  | 'findSession'
  | 'prompt'
  | 'reads'
  | 'abort'
  | 'replyPermission'
  | 'replyQuestion'
  | 'rejectQuestion'
  | 'diff'
>;

/** Until the status is looked at again, and how often an abort is said. */
const abortCheckMs = 1_000;
const mostAborts = 3;
/** Sessions looked through for a key, newest first; the server has no cursor here. */
const mostSessions = 1_000;
/** Of a prompt with files: a body of 40 MB took 21 s (measured). */
const uploadTimeoutMs = 60_000;

export function createSessionCalls(deps: SessionCallDeps): SessionCalls {
  const { calls } = deps;
  return {
    createSession: async (directory, title, key) => {
      await refuseElsewhere(calls, directory);
      const session = await calls('make a session', (client, options) =>
        client.session.create({ directory, title, metadata: { dragoman: key } }, options),
      );
      return serverSessionId(session.id);
    },
    findSession: async (directory, key) => {
      const sessions = await calls('list the sessions', (client, options) =>
        client.session.list({ directory, roots: true, limit: mostSessions }, options),
      );
      const found = sessions.find(({ metadata }) => keyOf(metadata) === key);
      return found === undefined ? undefined : serverSessionId(found.id);
    },
    prompt: (call) => prompt(deps, call),
    reads: (directory, image) => reads(calls, directory, image),
    abort: (ref) => abort(deps, ref),
    replyPermission: (ref, requestID, reply, message) =>
      answered(
        calls('answer the request', (client, options) =>
          client.permission.reply(
            { requestID, directory: ref.directory, reply, ...(message === undefined ? {} : { message }) },
            options,
          ),
        ),
      ),
    replyQuestion: (ref, requestID, answers) =>
      answered(
        calls('answer the question', (client, options) => {
          const copies = answers.map((answer) => [...answer]);
          return client.question.reply({ requestID, directory: ref.directory, answers: copies }, options);
        }),
      ),
    rejectQuestion: (ref, requestID) =>
      answered(
        calls('dismiss the question', (client, options) =>
          client.question.reject({ requestID, directory: ref.directory }, options),
        ),
      ),
    diff: (ref, message) => diff(calls, ref, message),
  };
}

function keyOf(metadata: { readonly dragoman?: unknown } | undefined): unknown {
  return metadata?.dragoman;
}

async function answered(reply: Promise<unknown>): Promise<ReplyOutcome> {
  try {
    await reply;
    return 'accepted';
  } catch (error) {
    // Answered before, by whomever, or forgotten in a restart.
    if (refusalStatus(error) === 404) return 'unknown';
    throw error;
  }
}

/**
 * Agent and model are always said: where they are not, the server takes those used last in the session, so that
 * one wrong model would break all later prompts. Where no model is known the server is left to say so itself.
 */
async function prompt({ calls, defaults }: SessionCallDeps, call: PromptCall): Promise<void> {
  const { directory, session } = call.ref;
  const own = call.model === undefined || call.agent === undefined ? await defaults(directory) : undefined;
  const model = call.model === undefined ? own?.model : modelOf(call.model);
  const agent = call.agent ?? own?.agent;
  const ask = (client: OpencodeClient, options: { readonly signal: AbortSignal }) =>
    client.session.promptAsync(
      {
        sessionID: session,
        directory,
        messageID: call.messageId,
        parts: partsOf(call),
        ...(model === undefined ? {} : { model }),
        ...(agent === undefined ? {} : { agent }),
      },
      options,
    );
  await calls('take the prompt', ask, ...(call.files === undefined ? [] : [uploadTimeoutMs]));
}

/**
 * A text file is no file part: the server would read it into texts with ids of its own, again each time the prompt
 * is sent (measured).
 */
function partsOf({ parts, files = [] }: PromptCall): (TextPartInput | FilePartInput)[] {
  const texts = parts.map(({ id, text, hidden }) => ({
    type: 'text' as const,
    id,
    text,
    ...(hidden === true ? { synthetic: true } : {}),
  }));
  const media = files.map((file) => ({
    type: 'file' as const,
    id: file.id,
    mime: file.mime,
    filename: file.name,
    url: dataUrl(file),
  }));
  return [...texts, ...media];
}

/** A stop can be overtaken by the next step of the run, so it is checked, and repeated. */
async function abort(deps: SessionCallDeps, ref: SessionRef): Promise<void> {
  const { calls, clock, log } = deps;
  const { session, directory } = ref;
  for (let attempt = 1; attempt <= mostAborts; attempt += 1) {
    await calls('stop the run', (client, options) =>
      client.session.abort({ sessionID: session, directory }, options),
    );
    await clock.sleep(abortCheckMs);
    const statuses = await calls('read the status', (client, options) =>
      client.session.status({ directory }, options),
    );
    const status = statuses[session];
    if (status === undefined || status.type === 'idle') {
      await rejectLeftovers(deps, ref);
      return;
    }
    log.warn({ session, attempt }, 'a stopped run went on');
  }
}

/** Requests of a stopped run linger in the server's lists, and could be answered, for ever (measured). */
async function rejectLeftovers(
  { calls, log }: SessionCallDeps,
  { session, directory }: SessionRef,
): Promise<void> {
  const [permissions, questions, children] = await Promise.all([
    calls('read the permissions', (client, options) => client.permission.list({ directory }, options)),
    calls('read the questions', (client, options) => client.question.list({ directory }, options)),
    calls('read the sub-agents', (client, options) =>
      client.session.children({ sessionID: session, directory }, options),
    ),
  ]);
  const family = new Set([session, ...children.map(({ id }) => id)]);
  const left = [
    ...permissions
      .filter(({ sessionID }) => family.has(sessionID))
      .map(({ id: requestID }) =>
        calls('dismiss a request', (client, options) =>
          client.permission.reply({ requestID, directory, reply: 'reject' }, options),
        ),
      ),
    ...questions
      .filter(({ sessionID }) => family.has(sessionID))
      .map(({ id: requestID }) =>
        calls('dismiss a question', (client, options) =>
          client.question.reject({ requestID, directory }, options),
        ),
      ),
  ];
  for (const outcome of await Promise.allSettled<unknown>(left)) {
    if (outcome.status === 'rejected')
      log.debug({ error: outcome.reason, session }, 'a left-over request stayed');
  }
}

async function diff(
  calls: Calls,
  { session, directory }: SessionRef,
  message: ServerMessageId,
): Promise<FileChanges> {
  const files = await calls('read the changes', (client, options) =>
    client.session.diff({ sessionID: session, directory, messageID: message }, options),
  );
  return {
    files: files.length,
    added: files.reduce((sum, file) => sum + file.additions, 0),
    removed: files.reduce((sum, file) => sum + file.deletions, 0),
    patch: relativeDiff(files.map(({ patch }) => patch ?? '').join(''), directory),
    each: files.map(({ file, additions: added, deletions: removed }) => ({
      path: file ?? '',
      added,
      removed,
    })),
  };
}
