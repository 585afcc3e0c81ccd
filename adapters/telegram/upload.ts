import { type Api, InputFile } from 'grammy';
import type { MessageId, OutboundFile, ThreadAddress } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import { refusalOf } from './failures.ts';
import { format, formatPlain } from './format.ts';
import { inChat, replyTo, type Sender } from './outbound.ts';
import { plain, type Styled } from './styled.ts';

/** Longest text above a file, counted after formatting. */
const longestCaption = 1024;

/** Posts a file as a document, which is shown under its name and not made smaller. `api`: one with time for it. */
export function upload(
  sender: Sender,
  api: Api,
  address: ThreadAddress,
  file: OutboundFile,
): Promise<MessageId> {
  return inChat(sender, address, 'sendDocument', async ({ chat, ...topic }) => {
    const send = async ({ text, entities }: Styled) => {
      const sent = await api.sendDocument(chat, new InputFile(file.bytes, quoted(file.name)), {
        ...topic,
        ...(text === '' ? {} : { caption: text, caption_entities: [...entities] }),
        ...(file.silent ? { disable_notification: true } : {}),
        ...replyTo(file.replyTo),
        disable_content_type_detection: true,
      });
      return String(sent.message_id);
    };
    try {
      return await send(captionOf(file.markdown));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal?.code !== 400 || !/entit/i.test(refusal.description)) throw error;
      return send(clipped(formatPlain(file.markdown)));
    }
  });
}

function captionOf(markdown: string): Styled {
  const styled = format(markdown);
  return styled.text.length <= longestCaption ? styled : clipped(styled);
}

function clipped({ text }: Styled): Styled {
  return plain(clip(text, longestCaption));
}

/**
 * The client writes a name as it is into a header: quoted, so that blanks stay, and without the signs that would end
 * it there or that the server decodes.
 */
function quoted(name: string): string {
  const kept = name.toWellFormed().replace(/[\p{Cc}";%\\/]/gu, '_');
  return `"${kept || 'file'}"`;
}
