/** What one message of a chat completion request holds. */
export type DemoContent = string | readonly ContentPart[];

/** The kinds that OpenCode sends: text, `image_url`, `file` (PDF) and `input_audio`. */
export interface ContentPart {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
  readonly file?: { readonly filename?: string; readonly file_data?: string };
  readonly input_audio?: { readonly data: string; readonly format: string };
}

export function plainText(content: DemoContent | null | undefined): readonly string[] {
  if (content === null || content === undefined) return [];
  if (typeof content === 'string') return [content];
  return content.map((part) => part.text ?? '');
}
