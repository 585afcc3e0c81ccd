import { describe, expect, test } from 'vitest';
import { admitted, judged, limits, safeName, type Taste } from '../../../../src/gateway/policy/files.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
const all: Taste = {
  model: 'fake/all',
  takes: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'audio/wav', 'audio/mpeg'],
};
const none: Taste = { model: 'fake/text', takes: [] };
const unknown: Taste = { model: undefined, takes: undefined };

/** What becomes of one file: its media type, or the reason. */
function fate(
  content: Uint8Array,
  taste: Taste = all,
  mime = 'application/octet-stream',
): string | undefined {
  const { accepted, remarks } = judged([{ name: 'a', mime, bytes: content }], taste);
  expect(accepted.length + remarks.length).toBe(1);
  return accepted[0]?.mime ?? remarks[0]?.reason;
}

describe('by what the bytes are', () => {
  test.each([
    ['\x89PNG\r\n\x1a\n....', 'image/png'],
    ['\xff\xd8\xff\xe0....', 'image/jpeg'],
    ['GIF89a....', 'image/gif'],
    ['RIFF1234WEBPVP8 ', 'image/webp'],
    ['%PDF-1.7\n', 'application/pdf'],
    ['RIFF1234WAVEfmt ', 'audio/wav'],
    ['ID3\x04\0', 'audio/mpeg'],
    ['\xff\xfb\x90\0', 'audio/mpeg'],
  ])('%j passes as %s, whatever the platform says', (content, mime) => {
    expect(fate(bytes(content), all, 'application/zip')).toBe(mime);
  });

  test.each([
    ['{"a": 1}', 'application/json'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
    ['a,b\n1,2', 'text/csv'],
    ['export const ä = "→";', 'video/mp2t'],
    ['ID3 tags are explained here', 'application/octet-stream'],
    ['PK is short for a name', 'application/zip'],
  ])('%j is text', (content, mime) => {
    expect(fate(utf8(content), all, mime)).toBe('text/plain');
    expect(fate(utf8(content), none, mime)).toBe('text/plain');
  });

  test.each([
    ['PK\x03\x04\0\0', 'application/zip', 'the agent cannot read application/zip'],
    ['PK\x03\x04\0\0', 'image/png', 'the agent cannot read application/zip'],
    ['PK\x03\x04\0\0', 'application/vnd.ms-excel', 'the agent cannot read application/vnd.ms-excel'],
    [
      'MZ\x90\0\x03',
      'text/plain',
      'it is text in another encoding than UTF-8; save it as UTF-8 and send it again',
    ],
    ['MZ\x90\0\x03', 'application/x-dosexec', 'the agent cannot read application/x-msdownload'],
    ['\0\x01\x02', 'application/x-thing', 'the agent cannot read application/x-thing'],
    ['\0\x01\x02', 'a [link](https://e.example)', 'the agent cannot read this kind of file'],
    [
      'caf\xe9',
      'text/plain',
      'it is text in another encoding than UTF-8; save it as UTF-8 and send it again',
    ],
    ['', 'text/plain', 'it is empty'],
    [' \n', 'text/plain', 'it is empty'],
  ])('%j (%s) is refused: %s', (content, mime, reason) => {
    expect(fate(bytes(content), all, mime)).toBe(reason);
  });

  test('UTF-16 that says so becomes UTF-8, and a mark at the beginning goes', () => {
    const text = (content: Uint8Array) =>
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(
        judged([{ name: 'a', mime: '', bytes: content }], all).accepted[0]?.bytes,
      );
    expect(text(bytes('\xff\xfeh\0i\0'))).toBe('hi');
    expect(text(bytes('\xfe\xff\0h\0i'))).toBe('hi');
    expect(text(bytes('\xef\xbb\xbfhi'))).toBe('hi');
  });
});

describe('by what the model takes', () => {
  const png = bytes('\x89PNG\r\n\x1a\n');
  const pdf = bytes('%PDF-1.4');
  const wav = bytes('RIFF1234WAVE');
  const ogg = bytes('OggS\0\x02');

  test('what it does not take is refused by name of the model', () => {
    expect(fate(png, none)).toBe('the model fake/text takes no images');
    expect(fate(pdf, none)).toBe('the model fake/text takes no PDF');
    expect(fate(wav, none)).toBe('the model fake/text takes no sound');
    expect(fate(ogg, all)).toBe('the model fake/all takes no audio/ogg');
  });

  test('where it is not known the server says what it makes of it, but a sound could end the session', () => {
    expect(fate(png, unknown)).toBe('image/png');
    expect(fate(pdf, unknown)).toBe('application/pdf');
    expect(fate(wav, unknown)).toBe('it is not known now whether the model takes sound');
  });
});

describe('how much', () => {
  const attached = (size: number, id = 'a') => ({ id, name: id, mime: '', size });

  test('ten files of one message are wanted, of ten megabytes each, of twenty together', () => {
    const many = Array.from({ length: 12 }, (_, at) => attached(1, `f${at}`));
    expect(admitted(many).wanted).toHaveLength(10);
    expect(admitted(many).remarks.map(({ name }) => name)).toEqual(['f10', 'f11']);
    const mega = limits.fileBytes;
    expect(admitted([attached(mega + 1), attached(mega), attached(mega), attached(1)])).toMatchObject({
      wanted: [{ size: mega }, { size: mega }],
      remarks: [
        { reason: 'it is larger than 10 MB' },
        { reason: 'the files of one message may have 20 MB together; send it with another one' },
      ],
    });
  });

  test('what the platform told of the size is not believed', () => {
    const large = new Uint8Array(limits.fileBytes + 1).fill(97);
    expect(fate(large)).toBe('it is larger than 10 MB');
  });

  test('a text is cut where the room ends, and that is told; then there is no room', () => {
    const text = (length: number) => ({ name: `t${length}`, mime: '', bytes: utf8('a'.repeat(length)) });
    const { accepted, remarks } = judged([text(150_000), text(60_000), text(5)], all);
    expect(accepted.map(({ bytes: { length } }) => length)).toEqual([150_000, 50_000]);
    expect(remarks).toEqual([
      { name: 't60000', reason: 'only the first 50,000 of its 60,000 characters', cut: true },
      { name: 't5', reason: 'the text files of one message may have 200,000 characters together' },
    ]);
  });
});

test.each([
  ['notes.md', 'notes.md'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\ann\\a.txt', 'a.txt'],
  ['a\u202egnp.exe', 'a_gnp.exe'],
  ['x"></attached-file>.md', 'attached-file_.md'],
  ['a]: b\n[.md', 'a__ b__.md'],
  ['..', 'file'],
  ['', 'file'],
  [`${'ü'.repeat(300)}.json`, `${'ü'.repeat(95)}.json`],
])('the name %j becomes %j', (name, safe) => {
  expect(safeName(name)).toBe(safe);
});
