/** A request's body is longer than the server takes. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * The same request, whose body fails with `BodyTooLargeError` as soon as it is known to be too long: at once where
 * its length is announced, else while it is read. Nothing is read before somebody asks for it.
 */
export function limited(request: Request, bytes: number): Request {
  if (request.body === null) return request;
  const announced = Number(request.headers.get('content-length') ?? 0);
  const tooLarge = () => new BodyTooLargeError(`The body is too large: at most ${bytes} bytes are taken.`);
  const body = announced > bytes ? failing(tooLarge()) : request.body.pipeThrough(counting(bytes, tooLarge));
  const { url, method, headers, signal } = request;
  // Half: the response may come before the body was read. Node wants it said.
  const init = { method, headers, signal, body, duplex: 'half' };
  return new Request(url, init);
}

function failing(error: Error): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.error(error) });
}

function counting(bytes: number, tooLarge: () => Error): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      seen += chunk.byteLength;
      if (seen > bytes) controller.error(tooLarge());
      else controller.enqueue(chunk);
    },
  });
}
