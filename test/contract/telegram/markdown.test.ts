/** What the adapter sends, said as Markdown by Telegram's own library and read again; and how marks may nest. */
import fc from 'fast-check';
import type { MessageEntity } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { format } from '../../../adapters/telegram/format.ts';
import { long } from '../../../src/demo/scripts/long.ts';
import { stream } from '../../../src/demo/scripts/prose.ts';
import type { Step } from '../../../src/demo/step.ts';
import { hint } from '../../../src/demo/tour.ts';
import { type Marked, type Tdlib, tdlib } from '../../fake/telegram/tdlib.ts';

const missing = tdlib === undefined ? ' (skipped: prebuilt-tdlib has nothing for this system)' : '';

function library(): Tdlib {
  if (tdlib === undefined) throw new Error('it is not installed');
  return tdlib;
}

function textOf(step: Step): string {
  if (step.type !== 'say') throw new Error('this script says nothing');
  return step.text;
}

/** The demo's long texts by their sections, each of which fits into one message. */
const sections = [stream(), long()].flatMap((step) => textOf(step).split(/\n\n(?=## )/));
const answers = [hint, ...sections].map((text) => [text.slice(0, 30), text] as const);

const word = fc.constantFrom('a', 'two words', 'Ä界', '\u{1F600}', 'src/index.ts', 'x < y & z');
const inline = fc.letrec<{ phrase: string; one: string }>((tie) => ({
  phrase: fc.array(tie('one'), { minLength: 1, maxLength: 4 }).map((ones) => ones.join(' ')),
  one: fc.oneof(
    { maxDepth: 3 },
    word,
    word.map((text) => `\`${text}\``),
    fc.tuple(fc.constantFrom('**', '*', '~~'), tie('phrase')).map(([sign, text]) => `${sign}${text}${sign}`),
    tie('phrase').map((text) => `[${text}](https://example.org/a)`),
  ),
}));
const code = fc
  .tuple(fc.constantFrom('', 'ts', 'c++'), word)
  .map(([language, text]) => `\`\`\`${language}\n${text}\n\`\`\``);
const block = fc.oneof(
  inline.phrase,
  code,
  inline.phrase.map((text) => `# ${text}`),
  inline.phrase.map((text) => `> ${text}`),
  code.map((text) => text.replace(/^/gm, '> ')),
  fc
    .array(inline.phrase, { minLength: 1, maxLength: 3 })
    .map((items) => items.map((item) => `- ${item}`).join('\n')),
  inline.phrase.map((text) => `| ${text} | b |\n|---|---|\n| 1 | ${text} |`),
);
/** Markdown as models write it: well formed, with marks in marks. */
const wellFormed = fc.array(block, { minLength: 1, maxLength: 5 }).map((blocks) => blocks.join('\n\n'));
/** Anything: signs without an end, in any order. */
const broken = fc
  .array(
    fc.oneof(
      word,
      fc.constantFrom(
        '*',
        '**',
        '~~',
        '`',
        '```',
        '> ',
        '- ',
        '[',
        '](https://example.org)',
        '\n',
        '\n\n',
        ' ',
      ),
    ),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''));

describe.skipIf(tdlib === undefined)(`said as Markdown by Telegram’s own library${missing}`, () => {
  test.each(answers)('an answer of the demo is read again as it was sent: %s', (_name, answer) => {
    const sent = format(answer);
    expect(readAgain(sent)).toEqual(signsOf(sent));
  });

  test('and so is well-formed Markdown', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        const sent = format(text);
        // Signs that stayed text would be read as marks: the library's Markdown has no way to escape them.
        fc.pre(!/[*_~`[\]]/.test(sent.text));
        expect(readAgain(sent)).toEqual(signsOf(sent));
      }),
      { numRuns: 100 },
    );
  });
});

describe('marks nest as Telegram allows it', () => {
  test.each(answers)('in an answer of the demo: %s', (_name, answer) => {
    expect(faultsOf(format(answer))).toEqual([]);
  });

  test.each([
    ['well-formed', wellFormed],
    ['broken', broken],
  ] as const)('in %s Markdown', (_name, markdown) => {
    fc.assert(
      fc.property(markdown, (text) => {
        expect(faultsOf(format(text))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['crossing', 'bold', [0, 3], 'italic', [2, 3]],
    ['in code', 'code', [0, 4], 'bold', [1, 2]],
    ['around code', 'bold', [0, 4], 'code', [1, 2]],
    ['quotation in quotation', 'blockquote', [0, 4], 'blockquote', [1, 2]],
    ['twice the same', 'bold', [0, 4], 'bold', [1, 2]],
    ['outside', 'bold', [0, 2], 'italic', [4, 9]],
  ] as const)('what does not is told: %s', (_name, first, [from, length], second, [at, size]) => {
    const entities: MessageEntity[] = [
      { type: first, offset: from, length },
      { type: second, offset: at, length: size },
    ];
    expect(faultsOf({ text: 'abcdef', entities })).toHaveLength(1);
  });
});

function readAgain(sent: Marked): readonly string[] {
  return signsOf(library().fromMarkdown(library().toMarkdown(sent)));
}

/** Each sign with what it is marked as; blank looks the same with and without marks. */
function signsOf({ text, entities }: Marked): readonly string[] {
  return Array.from({ length: text.length }, (_, at) => {
    const sign = text.charAt(at);
    const marks = entities.filter(({ offset, length }) => offset <= at && at < offset + length).map(nameOf);
    return sign.trim() === '' ? sign : `${sign} ${marks.toSorted().join(' ')}`;
  });
}

function nameOf(entity: MessageEntity): string {
  if (entity.type === 'text_link') return `link:${entity.url}`;
  return entity.type === 'pre' ? `pre:${entity.language ?? ''}` : entity.type;
}

/** The Bot API's rules for marks; https://core.telegram.org/bots/api#formatting-options */
function faultsOf({ text, entities }: Marked): readonly string[] {
  const places = entities.filter(
    ({ offset, length }) => offset < 0 || length <= 0 || offset + length > text.length,
  );
  const halves = entities.filter(
    ({ offset, length }) => isInsideOfPair(text, offset) || isInsideOfPair(text, offset + length),
  );
  const pairs = entities.flatMap((one, index) =>
    entities.slice(index + 1).flatMap((other) => {
      const fault = faultOf(one, other);
      return fault === undefined ? [] : [`${one.type} and ${other.type}: ${fault}`];
    }),
  );
  return [
    ...places.map(({ type }) => `${type} is outside of the text`),
    ...halves.map(({ type }) => `${type} divides a sign`),
    ...pairs,
    ...(entities.length > 100 ? ['over a hundred marks'] : []),
  ];
}

const styles: readonly MessageEntity['type'][] = ['bold', 'italic', 'strikethrough'];
const monospaced: readonly MessageEntity['type'][] = ['code', 'pre'];

function faultOf(one: MessageEntity, other: MessageEntity): string | undefined {
  const [oneEnd, otherEnd] = [one.offset + one.length, other.offset + other.length];
  if (oneEnd <= other.offset || otherEnd <= one.offset) return undefined;
  const within = other.offset >= one.offset && otherEnd <= oneEnd;
  const around = one.offset >= other.offset && oneEnd <= otherEnd;
  if (!within && !around) return 'they cross';
  if (one.type === other.type) return 'the same twice';
  const types = [one.type, other.type];
  if (types.includes('blockquote')) return undefined;
  if (types.some((type) => monospaced.includes(type))) return 'code stands alone';
  return types.some((type) => styles.includes(type)) ? undefined : 'neither can hold the other';
}

function isInsideOfPair(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1)) && at > 0;
}
