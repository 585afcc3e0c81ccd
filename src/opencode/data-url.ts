import type { PromptFile } from '../core/agent.ts';

/** A file as servers get it. Never an address: the server would read any file that it can. */
export function dataUrl({ mime, bytes }: Pick<PromptFile, 'mime' | 'bytes'>): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return `data:${mime};base64,${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}`;
}
