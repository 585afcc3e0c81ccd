import type { Message } from 'grammy/types';
import type { Attachment } from '../../src/core/channel.ts';

interface Media {
  readonly file_id: string;
  readonly file_name?: string;
  readonly mime_type?: string;
  readonly file_size?: number;
}

/** The files of a message; of a photo only the largest picture. */
export function attachmentsOf(message: Message): readonly Attachment[] {
  const photo = message.photo?.toSorted((a, b) => a.width * a.height - b.width * b.height).at(-1);
  return [
    listed(photo, 'photo.jpg', 'image/jpeg'),
    // An animation comes as a document as well.
    listed(message.document, 'file', 'application/octet-stream'),
    listed(message.video, 'video.mp4', 'video/mp4'),
    listed(message.audio, 'audio.mp3', 'audio/mpeg'),
    listed(message.voice, 'voice.ogg', 'audio/ogg'),
    listed(message.video_note, 'video.mp4', 'video/mp4'),
    listed(message.sticker, 'sticker.webp', 'image/webp'),
  ].flatMap((one) => (one === undefined ? [] : [one]));
}

function listed(media: Media | undefined, name: string, mime: string): Attachment | undefined {
  if (media === undefined) return undefined;
  return {
    id: media.file_id,
    name: media.file_name ?? name,
    mime: media.mime_type ?? mime,
    size: media.file_size ?? 0,
  };
}
