import type { Message } from 'grammy/types';
import { type FileToKeep, keep } from './methods/files.ts';
import type { World } from './world.ts';

export type Kind =
  | 'document'
  | 'photo'
  | 'voice'
  | 'audio'
  | 'video'
  | 'video_note'
  | 'animation'
  | 'sticker';

/** A file as a person sends it. */
export interface Sending {
  readonly kind: Kind;
  readonly file: FileToKeep;
}

/** What a message holds beside its text. */
export type Media = Partial<Pick<Message, Kind>>;

/** Of most kinds Telegram tells no name, whatever the file was called. */
export function mediaOf(world: World, { kind, file }: Sending): Media {
  const { file_id, file_unique_id, file_name, mime_type, file_size } = keep(world, file);
  const id = { file_id, file_unique_id, ...(file_size === undefined ? {} : { file_size }) };
  const typed = { ...id, ...(mime_type === undefined ? {} : { mime_type }) };
  const named = { ...typed, ...(file_name === undefined ? {} : { file_name }) };
  const picture = { width: 1280, height: 853 };
  switch (kind) {
    case 'document':
      return { document: named };
    case 'photo': {
      const small = { file_id: `${file_id}s`, file_unique_id: `${file_unique_id}s`, width: 90, height: 60 };
      return { photo: [small, { ...id, ...picture }] };
    }
    case 'voice':
      return { voice: { ...typed, duration: 3 } };
    case 'audio':
      return { audio: { ...named, duration: 3 } };
    case 'video':
      return { video: { ...named, ...picture, duration: 3 } };
    case 'video_note':
      return { video_note: { ...id, length: 240, duration: 3 } };
    case 'animation':
      return { animation: { ...named, ...picture, duration: 3 }, document: named };
    case 'sticker':
      return {
        sticker: { ...id, ...picture, type: 'regular', is_animated: false, is_video: false },
      };
  }
}
