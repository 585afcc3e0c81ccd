/** The files of a prompt as they arrived at the model: proof for people and tests that they did. */
import type { Content, ContentPart } from './content.ts';

export interface ReceivedFile {
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

/** A text file, or the name of the file that follows, as the gateway writes them into a prompt. */
const attached = /^<attached-file name="([^"]*)"(?: type="([^"]*)" \/>$|>\n([\s\S]*)\n<\/attached-file>$)/;

/** Texts without those that stand for files. */
export function withoutFiles(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => !attached.test(text));
}

export function readFiles(content: Content): readonly ReceivedFile[] {
  if (typeof content === 'string') return [];
  const names: string[] = [];
  const files: ReceivedFile[] = [];
  for (const part of content) {
    const [, name = '', , text] = attached.exec(part.text ?? '') ?? [];
    if (text !== undefined) files.push({ name, type: 'text/plain', size: Buffer.byteLength(text) });
    else if (name !== '') names.push(name);
    const media = mediaOf(part);
    if (media !== undefined)
      files.push({ name: media.name ?? names.pop() ?? 'without a name', ...sized(media) });
  }
  return files;
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
