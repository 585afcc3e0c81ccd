/**
 * Something as a process uses it that can be killed: from then on nothing that it calls happens, and nothing that it
 * waits for comes back. What was on its way already takes effect, as it does with a real kill -9.
 */
export function mortal<T extends object>(whole: T, dead: AbortSignal): T {
  return new Proxy(whole, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (isCall(value)) return (...given: unknown[]) => called(value, target, given, dead);
      // What is only data is the same in every process.
      const holdsCalls = typeof value === 'object' && value !== null && name !== 'capabilities';
      return holdsCalls ? mortal(value, dead) : value;
    },
  });
}

type Call = (...given: unknown[]) => unknown;

function isCall(value: unknown): value is Call {
  return typeof value === 'function';
}

const never = new Promise<never>(() => {});

function called(call: Call, target: object, given: unknown[], dead: AbortSignal): unknown {
  if (dead.aborted) return never;
  const result = call.apply(
    target,
    given.map((one) => perishable(one, dead)),
  );
  if (!(result instanceof Promise)) return result;
  const unlessDead = <V>(passOver: (value: V) => unknown) => {
    return (value: V) => (dead.aborted ? never : passOver(value));
  };
  return result.then(
    unlessDead((value: unknown) => value),
    unlessDead((error: unknown) => Promise.reject(error)),
  );
}

/** A listener hears nothing any more, and what ends with a signal ends with the process. */
function perishable(value: unknown, dead: AbortSignal): unknown {
  if (value instanceof AbortSignal) return AbortSignal.any([value, dead]);
  if (!isCall(value)) return value;
  return (...told: unknown[]) => (dead.aborted ? undefined : value(...told));
}
