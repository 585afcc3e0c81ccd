/** The last step before anything leaves: no secret that this process knows is shown on a platform. */
import type { ChannelAdapter, OutboundFile, OutboundMessage } from '../core/channel.ts';
import type { Redactor } from '../lib/redact.ts';

/** The adapter, with known secrets taken out of all that it is given to show. Of files those that are texts. */
export function concealingAdapter(adapter: ChannelAdapter, redactor: Redactor): ChannelAdapter {
  const clean = (text: string) => redactor.shown(text, false);
  const message = (one: OutboundMessage): OutboundMessage => ({
    ...one,
    markdown: redactor.shown(one.markdown, one.live),
    ...(one.footnote === undefined ? {} : { footnote: clean(one.footnote) }),
  });
  const file = (one: OutboundFile): OutboundFile => ({
    ...one,
    markdown: clean(one.markdown),
    bytes: one.mime.startsWith('text/') ? cleanBytes(one.bytes, clean) : one.bytes,
  });
  const { upload, whisper, entitle } = adapter;
  return {
    ...adapter,
    post: (address, one, key) => adapter.post(address, message(one), key),
    edit: (address, id, one) => adapter.edit(address, id, message(one)),
    ...(upload === undefined ? {} : { upload: (address, one, key) => upload(address, file(one), key) }),
    ...(whisper === undefined ? {} : { whisper: (event, text) => whisper(event, clean(text)) }),
    ...(entitle === undefined ? {} : { entitle: (address, title) => entitle(address, clean(title)) }),
  };
}

/** As they are where nothing is taken out: a text may be in another encoding. */
function cleanBytes(bytes: Uint8Array, clean: (text: string) => string): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const cleaned = clean(text);
  return cleaned === text ? bytes : new TextEncoder().encode(cleaned);
}
