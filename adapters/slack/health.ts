import type { Host } from '../../src/core/channel.ts';
import { isSlackRefusal, problemOf, type TokenName } from './failures.ts';

/** Whether events can arrive, told to the gateway in sentences for the operator. */
export interface Health {
  alive(proof: string): void;
  /** Slack cannot be reached, or refuses us. */
  unreachable(error: unknown, token: TokenName): void;
  /** An event could not be stored or acknowledged; Slack sends it again. */
  unanswered(error: unknown): void;
  /** A call of ours failed, or went well: it says something of the whole where the token is of no use, or is again. */
  called(error?: unknown): void;
  /** Scopes without which nothing works. */
  lacking(scopes: readonly string[]): void;
  /** The app was taken out of the workspace. */
  removed(): void;
}

export function createHealth(host: Host): Health {
  const state: { refused: 'token' | 'app' | undefined } = { refused: undefined };
  const refuse = (refused: 'token' | 'app', reason: string): void => {
    state.refused = refused;
    host.ailing(reason);
  };
  return {
    // A socket lives by another token than the one that was refused.
    alive(proof) {
      if (state.refused === undefined) host.alive(proof);
    },
    unreachable: (error, token) => host.ailing(problemOf(error, token)),
    unanswered(error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!state.refused)
        host.ailing(`What Slack sent could not be taken in (${why}). Slack sends it again.`);
    },
    called(error) {
      if (isSlackRefusal(error)) refuse('token', problemOf(error, 'SLACK_BOT_TOKEN'));
      else if (error === undefined && state.refused === 'token') state.refused = undefined;
    },
    lacking: (scopes) =>
      refuse(
        'app',
        `The Slack app lacks ${scopes.join(' and ')}, so nobody can be answered. Add it under OAuth & Permissions of the app, install the app again, and restart.`,
      ),
    removed: () =>
      refuse(
        'app',
        'The app was removed from the Slack workspace. Install it again, set the new SLACK_BOT_TOKEN, and restart.',
      ),
  };
}
