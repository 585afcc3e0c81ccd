/** Script of the demo: a change of a file that is to be allowed. */
import type { Conversation } from '../conversation.ts';
import { formatDay } from '../project-files.ts';
import { type Step, say } from '../step.ts';
import { refusal } from './shell.ts';

const file = 'src/date.ts';

interface Edit {
  readonly from: string;
  readonly to: string;
  readonly plan: string;
  readonly done: string;
}

/** One of them applies to whatever version the file has; the last two go in a circle. */
const edits: readonly Edit[] = [
  {
    from: formatDay.local,
    to: formatDay.utc,
    plan: 'There it is: `formatDay` uses the clock of the machine. I make it use UTC.',
    done: 'Done: `formatDay` gives the same day on every machine now, and the code is shorter.',
  },
  {
    from: formatDay.utc,
    to: formatDay.zoned,
    plan: 'The bug is fixed here already. I let the caller choose a time zone, with UTC as the default.',
    done: 'Done: `formatDay` takes a time zone now; calls without one do what they did.',
  },
  {
    from: formatDay.zoned,
    to: formatDay.utc,
    plan: 'Nobody passes a time zone to `formatDay`. I make it simple again.',
    done: 'Done: `formatDay` is one line again and uses UTC.',
  },
];

/** Reads the file, changes what it sees there (which asks), and sums up. */
export function edit(conversation: Conversation): Step {
  const read = conversation.results.findLast((result) => result.tool === 'read');
  if (!read) return say(`I'll look at \`${file}\` first.`, [{ tool: 'read', input: { filePath: file } }]);
  const content = contentOf(read.output);
  const applicable = edits.find((candidate) => content.includes(candidate.from));
  if (!applicable) return say(`\`${file}\` is not as I know it, so I left it alone.`);
  const written = conversation.results.findLast((result) => result.tool === 'edit');
  if (!written) return say(applicable.plan, [{ tool: 'edit', input: inputOf(applicable, read.output) }]);
  const refused = refusal(written);
  if (refused) return say(refused);
  if (!written.output.includes('applied successfully')) return say(`The edit failed: ${written.output}`);
  return say(`${applicable.done} Say *edit* again to see the next change.`);
}

function inputOf(applicable: Edit, output: string): Readonly<Record<string, string>> {
  const path = /<path>(.*?)<\/path>/.exec(output)?.[1] ?? file;
  return { filePath: path, oldString: applicable.from, newString: applicable.to };
}

/** The file's text: what the read tool shows, without its line numbers. */
function contentOf(output: string): string {
  const shown = /<content>\n([\s\S]*)<\/content>/.exec(output)?.[1] ?? '';
  return shown.replaceAll(/^\d+: ?/gm, '');
}
