import { type FailStep, type Step, say } from '../step.ts';

const overloaded: FailStep = {
  type: 'fail',
  status: 503,
  message: 'The model is overloaded',
  code: 'overloaded_error',
  retry: true,
};

/** The provider fails twice, then answers. */
export function error(): Step {
  const then = say(
    'The provider failed twice and was asked again each time. **This is the third try**, and it works.',
  );
  return { type: 'recover', failures: 2, failure: overloaded, then };
}

/** An answer that the agent server cannot use: nothing in it, and no end. */
export function wordless(): Step {
  return { ...say(''), breaksOff: true };
}

/** The provider refuses the key, for good. */
export function fail(): Step {
  const message = 'Incorrect API key provided';
  return { type: 'fail', status: 401, message, code: 'invalid_api_key', retry: false };
}
