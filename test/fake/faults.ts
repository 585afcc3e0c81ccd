/**
 * Faults of a platform, for every stand-in: a test says which calls and events go wrong next and how; the stand-in
 * asks before each of them. A fault is used up by what it matches, the oldest first.
 *
 *     faults.onCall('sendMessage', { type: 'apply-then-cut' });
 *     faults.onCall(/^edit/, { type: 'answer', status: 502, body: '<html>' }, { times: 3 });
 *     const open = faults.hold('sendMessage');   // the answer waits for open()
 *     faults.onEvent('message', 'repeat', { matching: 'deploy' });
 */
import type { ServerResponse } from 'node:http';

export type CallFault =
  /** This instead of the true answer; the call has no effect. */
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent as JSON where it is no string. */
      readonly body?: unknown;
    }
  /** Nothing happens before this resolves; then the call is made, under the next fault that matches. */
  | { readonly type: 'delay'; readonly until: Promise<unknown> }
  /** The connection is cut; the call has no effect. */
  | { readonly type: 'cut' }
  /** The call takes effect, and the connection is cut before the answer. */
  | { readonly type: 'apply-then-cut' };

/** `swap`: it goes out behind the next event. */
export type EventFault = 'drop' | 'repeat' | 'swap';

export interface Scope {
  /** How many calls or events; unset: one. */
  readonly times?: number;
  /** Only those whose body holds this. */
  readonly matching?: string;
}

export interface Faults {
  onCall(method: string | RegExp, fault: CallFault, scope?: Scope): void;
  /** The next matching call waits until what this returns is called. */
  hold(method: string | RegExp, scope?: Scope): () => void;
  onEvent(name: string | RegExp, fault: EventFault, scope?: Scope): void;
  /** For the stand-in: the fault of this call, which is used up by asking. */
  take(method: string, body: string): CallFault | undefined;
  /** For the stand-in: sends an event once, twice, later or never. */
  pass(name: string, body: string, send: () => void): void;
  /** How many faults are not used up. */
  left(): number;
  clear(): void;
}

interface Waiting<Fault> {
  readonly name: string | RegExp;
  readonly fault: Fault;
  readonly matching: string;
  times: number;
}

export function createFaults(): Faults {
  const calls: Waiting<CallFault>[] = [];
  const events: Waiting<EventFault>[] = [];
  const swapped: (() => void)[] = [];
  const onCall: Faults['onCall'] = (name, fault, scope) => void calls.push(waiting(name, fault, scope));
  return {
    onCall,
    hold(name, scope) {
      const { promise, resolve } = Promise.withResolvers<void>();
      onCall(name, { type: 'delay', until: promise }, scope);
      return resolve;
    },
    onEvent: (name, fault, scope) => void events.push(waiting(name, fault, scope)),
    take: (method, body) => use(calls, method, body),
    pass(name, body, send) {
      const fault = use(events, name, body);
      if (fault === 'swap') return void swapped.push(send);
      if (fault !== 'drop') send();
      if (fault === 'repeat') send();
      for (const late of swapped.splice(0)) late();
    },
    left: () => [...calls, ...events].reduce((sum, { times }) => sum + times, 0),
    clear() {
      calls.length = 0;
      events.length = 0;
      swapped.length = 0;
    },
  };
}

function waiting<Fault>(name: string | RegExp, fault: Fault, scope: Scope = {}): Waiting<Fault> {
  return { name, fault, matching: scope.matching ?? '', times: scope.times ?? 1 };
}

function use<Fault>(all: Waiting<Fault>[], name: string, body: string): Fault | undefined {
  const found = all.find(
    (one) =>
      (typeof one.name === 'string' ? one.name === name : one.name.test(name)) && body.includes(one.matching),
  );
  if (found === undefined) return undefined;
  found.times -= 1;
  if (found.times === 0) all.splice(all.indexOf(found), 1);
  return found.fault;
}

/**
 * Answers one call over HTTP under the faults that wait for it. `apply` lets the call take effect and returns how
 * the true answer is sent.
 */
export async function answerUnderFaults(
  faults: Faults,
  call: { readonly method: string; readonly body: string },
  response: ServerResponse,
  apply: () => (() => void) | Promise<() => void>,
): Promise<void> {
  const fault = faults.take(call.method, call.body);
  switch (fault?.type) {
    case undefined:
      return (await apply())();
    case 'delay':
      await fault.until;
      return answerUnderFaults(faults, call, response, apply);
    case 'cut':
      return void response.destroy();
    case 'apply-then-cut':
      await apply();
      return void response.destroy();
    case 'answer': {
      const { status, headers = {}, body = '' } = fault;
      const json = typeof body !== 'string';
      response.writeHead(status, { ...(json ? { 'content-type': 'application/json' } : {}), ...headers });
      return void response.end(json ? JSON.stringify(body) : body);
    }
  }
}
