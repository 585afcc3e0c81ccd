/** The server's errors as what people may be shown. */
import type { AssistantMessage } from '@opencode-ai/sdk/v2';
import type { AgentFailure } from '../../core/agent.ts';
import { cleanSentence } from '../sentence.ts';

type RawFailure = NonNullable<AssistantMessage['error']>;

/** What the server says for "nothing that could answer": no provider at all, or a model that it does not have. */
const saysNoModel =
  /\b(?:ProviderNoProvidersError|ProviderModelNotFoundError|No providers are available|Model not found)\b/;

function kindOf(error: RawFailure, status: number | undefined, text: string): AgentFailure['kind'] {
  switch (error.name) {
    case 'ProviderAuthError':
      return 'auth';
    case 'MessageAbortedError':
      return 'aborted';
    case 'ContextOverflowError':
      return 'overflow';
    case 'MessageOutputLengthError':
      return 'length';
    case 'ContentFilterError':
      return 'filtered';
    case 'APIError':
      return status === 401 || status === 403 ? 'auth' : 'provider';
    default:
      return saysNoModel.test(text) ? 'no-model' : 'unknown';
  }
}

/** The server's error as what may be shown. `provider` where the message says whose model it was. */
export function failureOf(error: RawFailure, provider?: string): AgentFailure {
  const data: { readonly message?: unknown; readonly statusCode?: unknown; readonly providerID?: unknown } =
    error.data ?? {};
  const text = typeof data.message === 'string' ? data.message : '';
  const status = typeof data.statusCode === 'number' ? data.statusCode : undefined;
  const owner = typeof data.providerID === 'string' ? data.providerID : provider;
  return {
    kind: kindOf(error, status, text),
    message: cleanSentence(text) || 'The run ended with an error that the server did not explain.',
    ...(owner === undefined ? {} : { provider: owner }),
    ...(status === undefined ? {} : { status }),
  };
}
