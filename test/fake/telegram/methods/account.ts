import type { BotCommand } from 'grammy/types';
import { flagOf, numberOf, objectOf, type Parameters, textOf } from '../parameters.ts';
import { bad } from '../refusal.ts';
import { checkHook } from '../webhooks.ts';
import type { Call, Method } from './call.ts';

export const getMe: Method = ({ world }) => world.me;

export const getUpdates: Method = ({ world, parameters, gone }) =>
  world.updates.poll({
    offset: numberOf(parameters, 'offset') ?? 0,
    limit: numberOf(parameters, 'limit') ?? 100,
    timeout: numberOf(parameters, 'timeout') ?? 0,
    allowed: objectOf<string[]>(parameters, 'allowed_updates'),
    gone,
  });

export const setWebhook: Method = ({ world, parameters }) => {
  const hook = {
    url: textOf(parameters, 'url'),
    secret: textOf(parameters, 'secret_token'),
    connections: numberOf(parameters, 'max_connections') ?? 40,
  };
  if (hook.url !== '') checkHook(hook);
  world.updates.allow(objectOf<string[]>(parameters, 'allowed_updates'));
  if (flagOf(parameters, 'drop_pending_updates')) world.updates.drop();
  world.updates.setWebhook(hook.url, hook);
  return true;
};

export const deleteWebhook: Method = ({ world, parameters }) => {
  if (flagOf(parameters, 'drop_pending_updates')) world.updates.drop();
  world.updates.setWebhook('');
  return true;
};

export const getWebhookInfo: Method = ({ world: { updates } }) => {
  const { url, connections } = updates.webhook();
  const failure = url === '' ? undefined : updates.failure();
  return {
    url,
    has_custom_certificate: false,
    pending_update_count: updates.pending(),
    ...(url === '' ? {} : { max_connections: connections }),
    ...(updates.allowed().length === 0 ? {} : { allowed_updates: updates.allowed() }),
    ...(failure === undefined
      ? {}
      : { last_error_date: Math.floor(failure.at / 1000), last_error_message: failure.words }),
  };
};

export interface Menus {
  readonly setMyCommands: Method;
  readonly getMyCommands: Method;
  readonly deleteMyCommands: Method;
}

/** Lists of commands, one for each scope and language. */
export function createMenus(): Menus {
  const lists = new Map<string, readonly BotCommand[]>();
  return {
    setMyCommands({ parameters }) {
      const commands = objectOf<readonly BotCommand[]>(parameters, 'commands');
      if (commands === undefined) throw bad("can't parse BotCommands: Expected an Array");
      if (commands.length > 100) throw bad('BOT_COMMANDS_TOO_MUCH');
      for (const { command, description } of commands) {
        if (!/^[a-z0-9_]{1,32}$/.test(command)) throw bad('BOT_COMMAND_INVALID');
        if (description.length < 1 || description.length > 256) throw bad('BOT_COMMAND_DESCRIPTION_INVALID');
      }
      lists.set(scopeOf(parameters), commands);
      return true;
    },
    getMyCommands: ({ parameters }) => lists.get(scopeOf(parameters)) ?? [],
    deleteMyCommands({ parameters }) {
      lists.delete(scopeOf(parameters));
      return true;
    },
  };
}

function scopeOf(parameters: Parameters): string {
  const scope = objectOf<Record<string, unknown>>(parameters, 'scope') ?? { type: 'default' };
  return `${JSON.stringify(scope)} ${textOf(parameters, 'language_code')}`;
}

/** The deadline of a press, milliseconds: undocumented; reports say 15 to 60 s. */
const answerMs = 60_000;

export const answerCallbackQuery: Method = ({ world, parameters }: Call) => {
  const press = world.presses.get(textOf(parameters, 'callback_query_id'));
  if (press === undefined || press.answer !== undefined || world.now() - press.at > answerMs)
    throw bad('query is too old and response timeout expired or query ID is invalid');
  const text = textOf(parameters, 'text');
  if (text.length > 200) throw bad('MESSAGE_TOO_LONG');
  press.answer = { text, alert: flagOf(parameters, 'show_alert') };
  return true;
};
