import type { PageClient } from '../page-client.ts';

/** Something that the page is told and does not keep. */
export interface Passing {
  readonly type: string;
  readonly thread?: string;
  readonly text: string;
}

/** An open page that listens. */
export interface Ear {
  /** Resolves when it listens; ends by itself with the server. */
  listen(thread: string): Promise<void>;
  heard(thread: string): readonly Passing[];
}

export function createEar(page: PageClient): Ear {
  const heard: Passing[] = [];
  return {
    async listen(thread) {
      const { body } = await page.ask('GET', `/api/events?thread=${thread}`);
      if (body === null) throw new Error('the page has no stream');
      void read(body, heard);
    },
    heard: (thread) => heard.filter((one) => one.thread === thread),
  };
}

async function read(body: ReadableStream<Uint8Array>, heard: Passing[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines)
        if (line.startsWith('data:')) heard.push(JSON.parse(line.slice(5)) as Passing);
    }
  } catch {
    // The server went away, as it does in these tests.
  }
}
