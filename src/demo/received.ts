/** The files of a prompt as they arrived at the model: proof for people and tests that they did. */
import type { ContentPart, DemoContent } from './content.ts';

export interface ReceivedFile {
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

/** A text file, as the gateway writes it into a prompt. */
const textFile = /^<(attached-file-\w+) name="([^"]*)">\n([\s\S]*)\n<\/\1>$/;
/** How the gateway tells in a person's text what came with it. */
const mark = /\[Attached ([^\]:]+): ([^\]]+)\]/g;

/** Texts without those that stand for files, and without what tells of them. */
export function withoutFiles(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => !textFile.test(text)).map((text) => text.replaceAll(mark, ''));
}

export function readFiles(content: DemoContent): readonly ReceivedFile[] {
  if (typeof content === 'string') return [];
  const names = content.flatMap(({ text = '' }) => (textFile.test(text) ? [] : namesIn(text)));
  return content.flatMap((part) => {
    const [, , name = '', text] = textFile.exec(part.text ?? '') ?? [];
    if (text !== undefined) return [{ name, type: 'text/plain', size: Buffer.byteLength(text) }];
    const media = mediaOf(part);
    if (media === undefined) return [];
    const told = names.shift();
    return [{ name: media.name ?? told ?? 'without a name', ...sized(media) }];
  });
}

/** Of files that are no text, in order. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(mark)].flatMap(([, type, name = '']) => (type === 'text/plain' ? [] : [name]));
}

interface Media {
  readonly name?: string | undefined;
  readonly type: string;
  readonly data: string;
}

function mediaOf({ image_url, file, input_audio }: ContentPart): Media | undefined {
  if (input_audio !== undefined) return { type: `audio/${input_audio.format}`, data: input_audio.data };
  const url = image_url?.url ?? file?.file_data ?? '';
  const [, type, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return type === undefined || data === undefined ? undefined : { name: file?.filename, type, data };
}

function sized({ type, data }: Media): Pick<ReceivedFile, 'type' | 'size'> {
  return { type, size: Buffer.from(data, 'base64').length };
}
