/** A list with buttons, a page at a time, as the platform has room for it. */
import { type Action, actionText } from '../../core/action.ts';
import type { Button, OutboundMessage } from '../../core/channel.ts';
import { clip } from '../../core/clip.ts';
import { ChannelError, isFinal } from '../../core/errors.ts';
import { noticeOf } from '../../core/outbound.ts';
import { oneLine } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import { outletOf } from '../shard.ts';
import type { CommandDeps } from './command.ts';

/** A list that people choose from, a page of it at a time. */
export interface Menu {
  readonly title: string;
  readonly lines: readonly MenuLine[];
  /** From 0; one that is not there is the last. */
  readonly page: number;
  /** The action that shows another page. */
  turn(page: number): Action;
}

export interface MenuLine {
  /** Markdown. */
  readonly text: string;
  /** Its button; unset: it cannot be chosen. */
  readonly button?: { readonly label: string; readonly action: Action };
}

/** More than this is no longer read at a glance. */
const longestPage = 8;
/** Previous and Next. */
const turning = 2;

export type MenuContent = Pick<OutboundMessage, 'markdown' | 'buttons'>;

/** The page as a message of the thread that this event came from. */
export function menuOf({ shard }: Pick<CommandDeps, 'shard'>, row: InboxRow, menu: Menu): MenuContent {
  const limits = outletOf(shard, row.thread)?.adapter.capabilities.buttons;
  const size = Math.max(1, Math.min(longestPage, (limits?.perMessage ?? longestPage) - turning));
  const pages = Math.max(1, Math.ceil(menu.lines.length / size));
  const page = Math.max(0, Math.min(menu.page, pages - 1));
  const lines = menu.lines.slice(page * size, (page + 1) * size);
  const { ids } = shard.settings;
  const button = (label: string, action: Action): Button => ({
    label: clip(oneLine(label), limits?.labelLength ?? 60),
    token: ids.sign(actionText(action)),
    style: 'plain',
  });
  const place = pages > 1 ? ` Page ${page + 1} of ${pages}.` : '';
  return {
    markdown: [`${menu.title}${place}`, '', ...lines.map(({ text }) => `- ${text}`)].join('\n'),
    buttons: [
      ...lines.flatMap((line) =>
        line.button === undefined ? [] : [button(line.button.label, line.button.action)],
      ),
      ...(page > 0 ? [button('Previous', menu.turn(page - 1))] : []),
      ...(page < pages - 1 ? [button('Next', menu.turn(page + 1))] : []),
    ],
  };
}

/** Makes the message whose button was pressed show this instead; where it cannot change, it is said anew. */
export async function redraw(
  { shard, notices }: Pick<CommandDeps, 'shard' | 'notices'>,
  row: InboxRow,
  { markdown, buttons }: MenuContent,
): Promise<void> {
  const { address } = row.thread;
  const outlet = outletOf(shard, row.thread);
  const message = row.event.type === 'button' ? row.event.message : undefined;
  if (outlet?.adapter.capabilities.edits !== 'any' || message === undefined)
    return notices.say(row, markdown, buttons);
  // A person waits for it, so it goes at once; what follows it keeps the pace.
  outlet.pace.record(address, 'edit', shard.clock.now());
  try {
    await outlet.adapter.edit(address, message, noticeOf(markdown, { buttons }));
  } catch (error) {
    if (!(error instanceof ChannelError) || !isFinal(error)) throw error;
    await notices.say(row, markdown, buttons);
  }
}
