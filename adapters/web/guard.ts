/**
 * What every answer of the page goes through: the right address, the session, headers that let in no other site, and
 * errors as sentences.
 */
import { UserError } from '../../src/core/errors.ts';
import { MissingError, NotTakenError } from './actions.ts';
import type { Gate } from './gate.ts';

export type Params = Readonly<Record<string, string>>;
/** `address`: of who asks, as the connection tells it. */
export type Serve = (request: Request, params: Params, address: string) => Promise<Response> | Response;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  // What needs a session is fetched by the script and shown from memory.
  "img-src 'self' data: blob:",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

/** For everyone who comes by the right address. */
export function open(gate: Gate, serve: Serve): Serve {
  return async (request, params, address) => {
    const reason = gate.foreign(request);
    const response = reason === undefined ? await serve(request, params, address) : problem(403, reason);
    for (const [name, value] of Object.entries(headers))
      if (!response.headers.has(name)) response.headers.set(name, value);
    return response;
  };
}

/** For the session only; answers are not kept by anybody, and errors are sentences. */
export function closed(gate: Gate, serve: Serve): Serve {
  return unsigned(gate, (request, params, address) =>
    gate.known(request)
      ? serve(request, params, address)
      : problem(
          401,
          gate.asksPassword
            ? 'This page is not signed in. Open it anew and sign in.'
            : 'This page is not signed in. Open it by the address that Dragoman printed when it started.',
        ),
  );
}

/** As `closed`, for those who are not signed in yet. */
export function unsigned(gate: Gate, serve: Serve): Serve {
  return open(gate, async (...asked) => {
    const response = await answered(serve, asked);
    response.headers.set('cache-control', 'no-store');
    return response;
  });
}

export function problem(status: number, error: string): Response {
  return Response.json({ error }, { status });
}

async function answered(serve: Serve, asked: Parameters<Serve>): Promise<Response> {
  try {
    return await serve(...asked);
  } catch (error) {
    if (error instanceof UserError) return problem(422, error.message);
    if (error instanceof MissingError) return problem(404, error.message);
    if (error instanceof NotTakenError) return problem(503, error.message);
    throw error;
  }
}
