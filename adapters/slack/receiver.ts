import type { App, Receiver } from '@slack/bolt';

/** Hands what comes in to Bolt; how it comes in is for the transports. */
export interface BoltReceiver {
  /** Resolves with what to acknowledge, once every listener has done its work; rejects where one could not. */
  deliver(body: Readonly<Record<string, unknown>>, retry?: Retry): Promise<Readonly<Record<string, unknown>>>;
}

export interface Retry {
  readonly number: number;
  readonly reason: string;
}

/**
 * Bolt acknowledges an event before its listeners run, so it is given an acknowledgement that is only noted. The
 * real one goes out when `processEvent` has resolved, which is when the event is stored. `appOf` is given the receiver
 * that Bolt asks for, which does nothing.
 */
export function createBoltReceiver(appOf: (receiver: Receiver) => App): BoltReceiver {
  const app = appOf({ init: () => {}, start: async () => {}, stop: async () => {} });
  return {
    async deliver(body, retry) {
      const noted: { response: unknown } = { response: undefined };
      await app.processEvent({
        body: { ...body },
        ack: async (response) => {
          noted.response = response;
        },
        ...(retry === undefined ? {} : { retryNum: retry.number, retryReason: retry.reason }),
      });
      return typeof noted.response === 'object' && noted.response !== null ? { ...noted.response } : {};
    },
  };
}
