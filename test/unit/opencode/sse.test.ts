import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader, largestFrameCharacters } from '../../../src/opencode/sse.ts';

function read(chunks: readonly string[]): { readonly data: readonly string[]; readonly skipped: number } {
  const reader = createFrameReader();
  const data: string[] = [];
  for (const chunk of chunks) reader.push(chunk, (text) => data.push(text));
  return { data, skipped: reader.skipped() };
}

describe('frames', () => {
  it('are the same wherever the stream is cut', () => {
    const line = fc.string().map((text) => JSON.stringify({ text }));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
        const whole = lines.map((text) => `data: ${text}\n\n`).join('');
        const points = [...new Set(cuts.map((cut) => Math.min(cut, whole.length)))].sort((a, b) => a - b);
        const chunks = [0, ...points].map((from, index) => whole.slice(from, points[index] ?? whole.length));
        expect(read(chunks).data).toEqual(lines);
      }),
    );
  });

  it('end of the stream in mid-frame gives nothing', () => {
    expect(read(['data: {"a":1}\n\ndata: {"b"']).data).toEqual(['{"a":1}']);
  });

  it('comments are skipped, data lines are joined', () => {
    expect(read([': hello\n\ndata: a\ndata: b\n\nevent: x\ndata: c\r\n\n']).data).toEqual(['a\nb', 'c']);
  });

  it('a frame that is too large is skipped and counted, and the next one is read', () => {
    const part = 'x'.repeat(1024 * 1024);
    const chunks = [
      'data: ',
      ...Array.from({ length: largestFrameCharacters / part.length + 1 }, () => part),
      '\n',
      '\ndata: ok\n\n',
    ];
    expect(read(chunks)).toEqual({ data: ['ok'], skipped: 1 });
  });
});
