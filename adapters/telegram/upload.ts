/** Files of the agent, as documents: a caption that is refused goes, the file stays. */
import { type Api, InputFile } from 'grammy';
import type { MessageId, OutboundFile, ThreadAddress } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import { isContentRefused } from './failures.ts';
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
    const captions = [captionOf(file.markdown), clipped(formatPlain(file.markdown)), plain('')];
    return inPlainest(captions, send);
  });
}

/** With the first caption that is taken: the file is what counts. Throws the last refusal. */
async function inPlainest<T>(captions: readonly Styled[], send: (caption: Styled) => Promise<T>): Promise<T> {
  const [first = plain(''), ...plainer] = captions;
  try {
    return await send(first);
  } catch (error) {
    const other = plainer.filter(
      ({ text, entities }) => text !== first.text || entities.length < first.entities.length,
    );
    if (!isContentRefused(error) || other.length === 0) throw error;
    return inPlainest(other, send);
  }
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
