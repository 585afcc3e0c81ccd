/**
 * Server-sent events as these servers write them: `data: {…}` and an empty line. No package reads them, since a frame
 * that is too large is to be skipped and counted while it arrives, and not to be held.
 */

/**
 * Characters of one frame. Whole attachments travel in frames; nothing that the gateway reads is near this size,
 * so a larger frame is skipped and counted.
 */
export const largestFrameCharacters = 8 * 1024 * 1024;

interface FrameReader {
  /** The data of each frame that ends in this chunk. */
  push(chunk: string, onData: (data: string) => void): void;
  /** Frames that were too large. */
  skipped(): number;
}

/** `data` of a frame; several data lines are one text, as the format says. Undefined: a comment. */
function dataOf(frame: string): string | undefined {
  if (frame.startsWith('data:') && !frame.includes('\n')) return frame.slice(frame.charAt(5) === ' ' ? 6 : 5);
  const lines = frame
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(line.charAt(5) === ' ' ? 6 : 5));
  return lines.length === 0 ? undefined : lines.join('\n');
}

interface Pending {
  /** Chunks of the unfinished frame; joined only when it ends. */
  chunks: string[];
  size: number;
  oversized: boolean;
  skipped: number;
}

function endFrame(pending: Pending, tail: string, onData: (data: string) => void): void {
  const { chunks, oversized } = pending;
  const frame = chunks.length === 0 ? tail : chunks.join('') + tail;
  pending.chunks = [];
  pending.size = 0;
  pending.oversized = false;
  if (oversized || frame.length > largestFrameCharacters) {
    pending.skipped += 1;
    return;
  }
  const data = dataOf(frame);
  if (data !== undefined) onData(data);
}

function keep(pending: Pending, rest: string): void {
  if (rest === '') return;
  pending.size += rest.length;
  if (pending.size > largestFrameCharacters) {
    pending.oversized = true;
    pending.chunks = [];
  }
  // Of a frame that is dropped only the end is kept: half of the empty line may lie in it.
  if (pending.oversized) pending.chunks = [rest.slice(-1)];
  else pending.chunks.push(rest);
}

/** Splits a stream of text at empty lines, whatever the borders of the chunks are. */
export function createFrameReader(): FrameReader {
  const pending: Pending = { chunks: [], size: 0, oversized: false, skipped: 0 };
  return {
    push(chunk, onData) {
      let text = chunk;
      const last = pending.chunks.at(-1);
      if (last?.endsWith('\n') && text.startsWith('\n')) {
        pending.chunks[pending.chunks.length - 1] = last.slice(0, -1);
        endFrame(pending, '', onData);
        text = text.slice(1);
      }
      let start = 0;
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n', start)) {
        endFrame(pending, text.slice(start, end), onData);
        start = end + 2;
      }
      keep(pending, start === 0 ? text : text.slice(start));
    },
    skipped: () => pending.skipped,
  };
}
