import type { FileChanges } from '../../core/agent.ts';
import { clipStart } from '../../core/clip.ts';
import { counted } from '../../render/amounts.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import { fileName, showText } from './long-text.ts';
import type { Notices } from './notices.ts';

/** Files that a summary names: with them it stays within the 500 characters of a caption. */
const mostNamed = 6;
const longestPath = 50;

/** Shows a patch: whole where it is short, else as a file below a summary. `title` names the file. */
export function showChanges(
  deps: { readonly shard: Shard; readonly notices: Notices },
  row: InboxRow,
  changes: FileChanges,
  title: string,
): Promise<void> {
  return showText(deps, row, {
    text: changes.patch,
    language: 'diff',
    above: '',
    file: { name: fileName(title, 'patch', 'changes'), mime: 'text/x-diff', markdown: summaryOf(changes) },
  });
}

function summaryOf({ files, added, removed, each = [] }: FileChanges): string {
  const named = each.slice(0, mostNamed).map((one) => {
    // The end of a path tells more than its beginning.
    return `- ${code(clipStart(one.path, longestPath))} +${one.added} −${one.removed}`;
  });
  const more = each.length > mostNamed ? [`- ${counted(each.length - mostNamed, 'more file')}`] : [];
  const total = `${counted(files, 'file')} changed, +${added} −${removed}`;
  return [total, ...(named.length === 0 ? [] : ['', ...named, ...more])].join('\n');
}
