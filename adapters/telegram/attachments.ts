import type { Message, PhotoSize } from 'grammy/types';
import type { Attachment } from '../../src/core/channel.ts';

interface Media {
  readonly file_id: string;
  readonly file_name?: string;
  readonly mime_type?: string;
  readonly file_size?: number;
}

/** The files of a message; of a photo only the largest picture, of a live one the picture. */
export function attachmentsOf(message: Message): readonly Attachment[] {
  const { live_photo: live } = message;
  const photo = largest(message.photo ?? live?.photo);
  return [
    listed(photo, 'photo.jpg', 'image/jpeg'),
    listed(photo === undefined ? live : undefined, 'video.mp4', 'video/mp4'),
    // An animation comes as a document as well.
    listed(message.document, 'file', 'application/octet-stream'),
    listed(message.document === undefined ? message.animation : undefined, 'animation.mp4', 'video/mp4'),
    listed(message.video, 'video.mp4', 'video/mp4'),
    listed(message.audio, 'audio.mp3', 'audio/mpeg'),
    listed(message.voice, 'voice.ogg', 'audio/ogg'),
    listed(message.video_note, 'video.mp4', 'video/mp4'),
  ].flatMap((one) => (one === undefined ? [] : [one]));
}

function largest(sizes: readonly PhotoSize[] = []): PhotoSize | undefined {
  return sizes.toSorted((a, b) => a.width * a.height - b.width * b.height).at(-1);
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
