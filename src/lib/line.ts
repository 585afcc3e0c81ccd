import type { Socket } from 'node:net';

/** A request or an answer is small; more than this is not ours. */
const longestLine = 1024 * 1024;

export function writeLine(socket: Socket, value: object): void {
  socket.write(`${JSON.stringify(value)}\n`);
}

/** The next line as JSON. Rejects on a closed or failed connection, after `timeoutMs`, and over 1 MB. */
export function readLine(socket: Socket, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const settle = (act: () => void) => {
      clearTimeout(timer);
      socket.off('data', receive).off('error', fail).off('close', close);
      act();
    };
    const fail = (error: Error) => settle(() => reject(error));
    const close = () => fail(new Error('the connection was closed before a whole line came'));
    const receive = (chunk: Buffer) => {
      chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const end = text.indexOf('\n');
      if (end === -1 && text.length > longestLine) fail(new Error('the line is over 1 MB long'));
      if (end !== -1) settle(() => parse(text.slice(0, end), resolve, reject));
    };
    const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    socket.on('data', receive).on('error', fail).on('close', close);
  });
}

function parse(line: string, resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
  try {
    resolve(JSON.parse(line));
  } catch (error) {
    reject(error);
  }
}
