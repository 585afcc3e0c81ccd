import type { RESTOptions } from 'discord.js';

type MakeRequest = RESTOptions['makeRequest'];

/**
 * A form goes out as the bytes that it is. The library's HTTP client sends a form only by a dispatcher of its own
 * version, and the dispatcher of the process may be another's: that of a proxy, or of another platform's library.
 */
export function withFormBytes(makeRequest: MakeRequest): MakeRequest {
  return async (url, init) => {
    if (!(init.body instanceof FormData)) return makeRequest(url, init);
    const form = new Response(init.body);
    const type = form.headers.get('content-type') ?? 'multipart/form-data';
    const headers = { ...plainHeaders(init.headers), 'content-type': type };
    return makeRequest(url, { ...init, headers, body: new Uint8Array(await form.arrayBuffer()) });
  };
}

function plainHeaders(headers: Parameters<MakeRequest>[1]['headers']): Record<string, string> {
  const given = headers ?? {};
  const pairs = Symbol.iterator in given ? [...given] : Object.entries(given);
  return Object.fromEntries(pairs.map(([name, value]) => [String(name), String(value)]));
}
