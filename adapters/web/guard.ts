/**
 * What every answer of the page goes through: the right address, the session, headers that let in no other site, and
 * errors as sentences.
 */
import { UserError } from '../../src/core/errors.ts';
import { MissingError, NotTakenError } from './actions.ts';
import type { Gate } from './gate.ts';

export type Params = Readonly<Record<string, string>>;
export type Serve = (request: Request, params: Params) => Promise<Response> | Response;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Not `no-referrer`: a form would then be sent with the origin `null`, which is refused.
  'referrer-policy': 'same-origin',
};

/** For everyone who comes by the right address. */
export function open(gate: Gate, serve: Serve): Serve {
  return async (request, params) => {
    const reason = gate.foreign(request);
    const response = reason === undefined ? await serve(request, params) : problem(403, reason);
    for (const [name, value] of Object.entries(headers))
      if (!response.headers.has(name)) response.headers.set(name, value);
    return response;
  };
}

/** For the session only; answers are not kept by anybody, and errors are sentences. */
export function closed(gate: Gate, serve: Serve): Serve {
  return open(gate, async (request, params) => {
    const response = gate.known(request)
      ? await answered(serve, request, params)
      : problem(
          401,
          'This page is not signed in. Open it by the address that Dragoman printed when it started.',
        );
    response.headers.set('cache-control', 'no-store');
    return response;
  });
}

export function problem(status: number, error: string): Response {
  return Response.json({ error }, { status });
}

async function answered(serve: Serve, request: Request, params: Params): Promise<Response> {
  try {
    return await serve(request, params);
  } catch (error) {
    if (error instanceof UserError) return problem(422, error.message);
    if (error instanceof MissingError) return problem(404, error.message);
    if (error instanceof NotTakenError) return problem(503, error.message);
    throw error;
  }
}
