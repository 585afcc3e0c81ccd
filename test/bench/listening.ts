import { setTimeout as delay } from 'node:timers/promises';

/** Calls `hear` with the data of each server-sent event until the returned function is called. */
export async function listen(
  url: string,
  headers: Readonly<Record<string, string>>,
  hear: (data: string) => void,
): Promise<() => void> {
  const end = new AbortController();
  const response = await fetch(url, { headers, signal: end.signal });
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
  void read(response.body, hear, end.signal);
  // What happens in the first milliseconds of a connection can be missed.
  await delay(100);
  return () => end.abort();
}

async function read(
  body: ReadableStream<Uint8Array>,
  hear: (data: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const data = frame.split('\n').find((line) => line.startsWith('data:'));
        if (data !== undefined) hear(data.slice(5));
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
