import { describe, expect, test } from 'vitest';
import { isFile, type OutboundFile } from '../../../src/core/outbound.ts';
import type { Slot, TurnView } from '../../../src/render/plan.ts';
import { render } from '../../../src/render/render.ts';
import { answered, asked, roomy, screen, start, text, tool, turnOf, viewOf } from './fixture.ts';

const platform = { ...roomy, maxLength: 120, uploads: { maxBytes: 100_000 } };

/** Ten paragraphs of 70 characters: some ten messages. */
const long = Array.from({ length: 10 }, (_, index) =>
  `${index} ${'words of an answer '.repeat(4)}`.trim(),
).join('\n\n');

const plan = (view: TurnView, capabilities = platform): readonly Slot[] =>
  render(view, capabilities).plan.slots;
const keys = (slots: readonly Slot[]): readonly string[] => slots.map(({ key }) => key);

function fileIn(slots: readonly Slot[]): OutboundFile | undefined {
  return slots.flatMap(({ content }) => (isFile(content) ? [content] : []))[0];
}

const fileText = (slots: readonly Slot[]): string => new TextDecoder().decode(fileIn(slots)?.bytes);

describe('an answer that is too long for messages', () => {
  test('is read as far as it is shown: ten times the text costs no further reading', () => {
    const readOf = (answer: string): number => {
      const seen = { characters: 0 };
      const measure = (markdown: string) => {
        seen.characters += markdown.length;
        return markdown.length;
      };
      plan(viewOf(turnOf([text('x', answer, false)])), {
        ...platform,
        maxLength: 4000,
        uploads: { maxBytes: 50_000_000 },
        measure,
      });
      return seen.characters;
    };
    const paragraph = `${'words of an answer '.repeat(20).trim()}\n\n`;
    const tenth = readOf(paragraph.repeat(260));
    expect(readOf(paragraph.repeat(2600))).toBe(tenth);
    expect(tenth).toBeLessThan(100 * 4000);
  });

  test('grows over four messages, and says in the last one that it goes on', () => {
    expect(screen(render(viewOf(turnOf([text('x', long, false)])), platform).plan)).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Working · 35 s
      [Stop]
      ── 7/0/text/1
      0 words of an answer words of an answer words of an answer words of an answer
      ── 7/0/text/2
      1 words of an answer words of an answer words of an answer words of an answer
      ── 7/0/text/3
      2 words of an answer words of an answer words of an answer words of an answer
      ── 7/0/text/4
      3 words of an answer words of an answer words of an answer words of an

      … goes on; the whole answer follows as a file."
    `);
  });

  test('is called a file only once the file stands there', () => {
    const last = (hasFile: boolean) =>
      plan(answered(turnOf([text('x', long)]), { stands: () => hasFile })).findLast(
        ({ kind }) => kind === 'text',
      )?.content;
    expect(last(false)?.markdown).toContain('… goes on; the whole answer follows as a file.');
    expect(last(false)?.markdown).not.toContain('is in answer.md');
    expect(last(true)?.markdown).toContain('The whole answer is in answer.md (788 characters).');
  });

  test('is a file once it is over, below a message that says so', () => {
    const over = plan(answered(turnOf([text('x', long)]), { stands: () => true }));
    expect(screen({ slots: over })).toMatchInlineSnapshot(`
      "── 7/0/text/1
      0 words of an answer words of an answer words of an answer words of an answer
      ── 7/0/text/2
      1 words of an answer words of an answer words of an answer words of an answer
      ── 7/0/text/3
      2 words of an answer words of an answer words of an answer words of an answer
      ── 7/0/text/4
      3 words of an answer words of an answer words of an answer words of

      The whole answer is in answer.md (788 characters).
      claude-sonnet · build · 1 min 12 s · 14k tokens · $0.06
      ── 7/0/file/1
      The whole answer, 788 characters.
      ⎙ answer.md"
    `);
    expect(fileText(over)).toBe(`${long}\n`);
    expect(over.at(-1)?.content).toMatchObject({ mime: 'text/markdown', silent: true });
  });

  test('does not change above its last message, however it ends', () => {
    const before = plan(viewOf(turnOf([text('x', long, false)])));
    const after = plan(
      answered(turnOf([text('x', long)]), { standing: { type: 'stopped', by: 'Ann' }, stands: () => true }),
    );
    const texts = (slots: readonly Slot[]) => slots.filter(({ kind }) => kind === 'text');
    const contents = (slots: readonly Slot[]) => texts(slots).map(({ content }) => content);
    expect(contents(after).slice(0, 3)).toEqual(contents(before).slice(0, 3));
    expect(texts(after)[3]?.content).toMatchObject({
      markdown: expect.stringMatching(
        /\n\nThe whole answer is in answer\.md \(\d+ characters\)\.\n\nStopped by Ann\.$/,
      ),
    });
  });

  test('stays in four messages, one more for how it ended', () => {
    const four = Array.from({ length: 4 }, (_, index) => `${index} ${'x'.repeat(110)}`).join('\n\n');
    const over = plan(answered(turnOf([text('x', four)]), { standing: { type: 'stopped', by: 'Ann' } }));
    expect(keys(over)).toEqual(['7/0/text/1', '7/0/text/2', '7/0/text/3', '7/0/text/4', '7/0/text/5']);
  });

  test('closes a fence above the line that says so', () => {
    const code = `Look:\n\n\`\`\`ts\n${'const a = 1;\n'.repeat(80)}\`\`\`\n`;
    const last = plan(viewOf(turnOf([text('x', code, false)]))).findLast(({ kind }) => kind === 'text');
    expect(last?.content).toMatchObject({
      markdown: expect.stringMatching(
        /^```ts\n(const a = 1;\n)+```\n\n… goes on; the whole answer follows as a file\.$/,
      ),
    });
    expect(fileText(plan(answered(turnOf([text('x', code)]))))).toBe(`${code.trimEnd()}\n`);
  });

  test('holds all that was said, above cards and below them', () => {
    const parts = [text('a', long), tool('t', 'bash', 'ls'), text('b', 'And **that** is all.')];
    const view = answered(turnOf(parts), {
      requests: [asked({ position: 1, state: 'settled', decision: { reply: 'once' } })],
    });
    const over = plan(view, { ...platform, maxLength: 400 });
    expect(keys(over)).toEqual(['7/0/text/1', '7/0/text/2', '7/0/request/1', '7/1/activity/1', '7/1/text/1']);
    const small = plan(view);
    expect(keys(small).slice(-2)).toEqual(['7/1/text/1', '7/1/file/1']);
    expect(fileText(small)).toBe(`${long}\n\nAnd **that** is all.\n`);
    const above = small.filter(({ key }) => key === '7/0/text/4')[0]?.content;
    expect(above).toMatchObject({
      markdown: expect.stringContaining('… goes on; the whole answer follows as a file.'),
    });
  });

  test('goes on in messages where there are no files, or not such large ones', () => {
    for (const uploads of ['none', { maxBytes: 1000 }] as const) {
      const over = plan(answered(turnOf([text('x', long)])), { ...platform, uploads } as typeof platform);
      expect(fileIn(over)).toBeUndefined();
      expect(over.length).toBeGreaterThan(5);
    }
  });

  test('is kept where it may stand already and is not known', () => {
    const unknown = answered({ ...turnOf([]), messages: [] });
    expect(keys(plan(unknown))).not.toContain('7/0/file/1');
    expect(render(unknown, platform).plan.keeps).toEqual([
      { segment: 0, kinds: expect.arrayContaining(['text', 'file']) },
    ]);
    expect(keys(plan(answered(turnOf([text('x', 'short')]))))).toEqual(['7/0/text/1']);
  });

  test('is made once: the same file is the same object from one rendering to the next', () => {
    const view = answered(turnOf([text('x', long)]));
    const first = render(view, platform);
    const second = render({ ...view, now: start + 100_000 }, platform, first.layout);
    expect(fileIn(second.plan.slots)).toBe(fileIn(first.plan.slots));
  });

  test('calls its author below the file, where an edit reaches nobody', () => {
    const over = plan(answered(turnOf([text('x', long)])), { ...platform, editsNotify: false });
    expect(keys(over).slice(-2)).toEqual(['7/0/file/1', '7/0/notice/2']);
  });
});
