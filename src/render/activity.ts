/** The activity message: what the agent does, one line each, the newest few. Pure. */
import type { ToolPart } from '../core/agent.ts';
import { clip, clipStart, tailOf } from '../core/clip.ts';
import { duration, elapsed } from './amounts.ts';
import { code, escaped, fenced, quoted } from './plain.ts';
import type { TurnView } from './plan.ts';
import type { Entry } from './segments.ts';
import { retrySentence, sentences } from './sentences.ts';
import type { Limits } from './split.ts';

const shownLines = 6;
/** Most of what a tool of an MCP server or a plugin is given, and of a command. */
const subjectLength = 400;
const workdirLength = 80;
/** Under a second nobody cares how long it took. */
const worthTelling = 1_000;
/** `verbose`: how much of what a tool printed and of a thought is shown. */
const outputLines = 5;
const outputLength = 400;
const thoughtLength = 280;

interface Line {
  readonly text: string;
  readonly depth: number;
}

/** Belongs into the activity message at all. */
export function isActivity({ item: { part } }: Entry, verbosity: TurnView['verbosity']): boolean {
  if (part.type === 'tool') return part.todos === undefined;
  if (part.type === 'compaction') return true;
  return part.type === 'reasoning' && verbosity === 'verbose' && part.text.trim() !== '';
}

/** `live`: it is the one that speaks for the turn now. */
export function activityText(
  view: TurnView,
  entries: readonly Entry[],
  live: boolean,
  limits: Limits,
): string {
  const lines = entries.flatMap((entry) => linesOf(entry, 0, view));
  const notes = live ? statusNotes(view) : [];
  const head = [live ? headline(view) : worked(entries), ...notes];
  for (let count = Math.min(shownLines, lines.length); count > 0; count--) {
    const text = laidOut(head, newest(lines, count), lines.length - count, view.verbosity);
    if (limits.measure(text) <= limits.maxLength) return text;
  }
  return laidOut(head, [], lines.length, view.verbosity);
}

function laidOut(
  head: readonly string[],
  lines: readonly Line[],
  more: number,
  verbosity: TurnView['verbosity'],
): string {
  // A quotation would go on in a line that follows it at once.
  const apart = verbosity === 'verbose' ? '\n\n' : '  \n';
  const indented = lines.map(({ text, depth }) => `${'\u2003'.repeat(depth)}${text}`);
  return [...head, ...indented, ...(more > 0 ? [`+${more} more`] : [])].join(apart);
}

/** The last lines; a sub-agent's never stand without the task that they belong to. */
function newest(lines: readonly Line[], count: number): readonly Line[] {
  const shown = lines.slice(-count);
  if ((shown[0]?.depth ?? 0) === 0) return shown;
  const task = lines.slice(0, -count).findLast(({ depth }) => depth === 0);
  return task === undefined ? shown : [task, ...shown.slice(1)];
}

function linesOf(entry: Entry, depth: number, view: TurnView): readonly Line[] {
  if (!isActivity(entry, view.verbosity)) return [];
  const below = entry.children.flatMap((child) => linesOf(child, Math.min(2, depth + 1), view));
  return [{ text: lineOf(entry, view), depth }, ...below];
}

function lineOf({ item: { part } }: Entry, view: TurnView): string {
  switch (part.type) {
    case 'tool':
      return view.verbosity === 'verbose'
        ? verboseTool(part, standingOf(view))
        : toolLine(part, standingOf(view), subjectLength);
    case 'compaction':
      return sentences.compacted;
    default:
      return quoted(clip(part.text.trim().replace(/\s+/g, ' '), thoughtLength));
  }
}

type ToolStanding = 'over' | 'detached' | 'running';

function standingOf({ standing: { type } }: TurnView): ToolStanding {
  if (type === 'detached') return 'detached';
  return type === 'answered' || type === 'stopped' || type === 'failed' ? 'over' : 'running';
}

/** `over`: whatever still seems to run was cut short. `left`: what becomes of it is not shown. */
function toolLine(part: ToolPart, standing: ToolStanding, longest: number): string {
  const begun = { over: '✗', detached: '', running: '▸' }[standing];
  const sign = { pending: begun, running: begun, completed: '✓', failed: '✗' }[part.status];
  const ended = part.status === 'completed' || part.status === 'failed';
  const subject = code(clip(part.subject, longest));
  const place = part.workdir === undefined ? '' : `in ${code(clipStart(part.workdir, workdirLength))}`;
  const took = tookOf(part);
  return [
    [sign, escaped(part.tool), subject, place].filter((word) => word !== '').join(' '),
    ...(part.status === 'failed' ? ['failed'] : []),
    ...(part.files ?? []).map(givenFile),
    ...(standing === 'over' && !ended ? ['not finished'] : []),
    ...(took === undefined || took < worthTelling ? [] : [duration(took)]),
  ].join(' · ');
}

/** What a model gets to see and a person does not is named at least. */
function givenFile({ name, mime }: NonNullable<ToolPart['files']>[number]): string {
  const [kind, form] = mime.split('/');
  const what = kind === 'image' ? 'picture' : 'file';
  const about = [name, name === '' ? (form ?? '').toUpperCase() : ''].filter((word) => word !== '').join(' ');
  return `gave the model a ${what}${about === '' ? '' : ` (${escaped(clip(about, workdirLength))})`}`;
}

function tookOf({ startedAt, endedAt }: ToolPart): number | undefined {
  return startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt;
}

function verboseTool(part: ToolPart, standing: ToolStanding): string {
  const line = toolLine(part, standing, 4 * subjectLength);
  const printed = part.error === '' ? part.output : `${part.output}\n${part.error}`;
  const tail = tailOf(printed.trim().split('\n').slice(-outputLines).join('\n'), outputLength);
  return tail === '' ? line : `${line}\n${fenced(tail)}`;
}

function headline(view: TurnView): string {
  const { standing, startedAt, now } = view;
  if (standing.type === 'stopping') return `▸ Stopping for ${escaped(standing.by)}`;
  if (standing.type === 'detached') return sentences.detached;
  if (standing.type !== 'running') return `Worked · ${duration((view.settledAt ?? now) - startedAt)}`;
  if (view.requests.some(({ state }) => state === 'open')) return '▸ Waiting for an answer';
  return now - startedAt < 5_000 ? '▸ Working' : `▸ Working · ${elapsed(now - startedAt)}`;
}

/** What stands in the way of the turn now. */
export function statusNotes(view: TurnView): readonly string[] {
  const { turn, awaySince, silentSince, waitsFor, now, gateOff, resumedAt, standing } = view;
  if (standing.type !== 'running' && standing.type !== 'stopping') return [];
  const begun = turn.items.some(({ part }) => part.type === 'text' && part.text.trim() !== '');
  return [
    ...(resumedAt === undefined || begun ? [] : [sentences.resumed(view.clock(resumedAt))]),
    ...(gateOff === true ? [`⚠ ${sentences.gateOff}`] : []),
    ...(awaySince === undefined ? [] : [sentences.awayRunning(view.clock(awaySince))]),
    ...(waitsFor === undefined ? [] : [sentences.waits(code(waitsFor.path), escaped(waitsFor.where))]),
    ...(silentSince === undefined || awaySince !== undefined
      ? []
      : [sentences.silent(elapsed(now - silentSince))]),
    ...(turn.retry === undefined ? [] : [retrySentence(turn.retry, view.clock(turn.retry.next))]),
  ];
}

/** The headline of a message that is no longer the last: how long its own tools took. */
function worked(entries: readonly Entry[]): string {
  const tools = entries.flatMap(({ item: { part } }) => (part.type === 'tool' ? [part] : []));
  const from = Math.min(...tools.map(({ startedAt }) => startedAt ?? Number.POSITIVE_INFINITY));
  const to = Math.max(...tools.map(({ endedAt }) => endedAt ?? Number.NEGATIVE_INFINITY));
  return to > from ? `Worked · ${duration(to - from)}` : 'Worked';
}
