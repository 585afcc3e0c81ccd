/**
 * The act of a permission as people read it: all that would be done. A card on which a part of it does not stand
 * cannot be allowed, so nothing is left out here but by the card itself. Pure.
 */
import type { PermissionRequest } from '../core/agent.ts';
import { headOf, tailOf } from '../core/clip.ts';
import { counted } from './amounts.ts';
import { code, fenced, visible } from './plain.ts';
import { sentences } from './sentences.ts';

/** A path that is longer stands in a block. */
const longestPath = 200;

const wishes: Readonly<Record<string, string>> = {
  bash: 'ants to run a command',
  edit: 'ants to change a file',
  webfetch: 'ants to open an address',
  external_directory: 'ants to reach outside of its project',
  doom_loop: 'ants to go on, though it repeats the same step',
};

export function wishOf({ permission, from, session }: PermissionRequest): string {
  const known = Object.hasOwn(wishes, permission) ? wishes[permission] : undefined;
  const wish = known ?? `ants to use ${code(permission)}`;
  return from === session ? `W${wish}` : `A sub-agent w${wish}`;
}

/** A text that is shown as it is. */
interface Block {
  readonly text: string;
  readonly language: string;
}

interface Laid {
  readonly lines: readonly string[];
  readonly blocks: readonly Block[];
}

/** One line for a list or a sentence, where nobody decides. */
export function actLine({ subject, input, tool, patterns }: PermissionRequest): string {
  if (subject !== '') return subject;
  if (input === undefined) return patterns.join(' ');
  return [tool ?? '', input.replace(/\s*\n\s*/g, ' ')].join(' ').trim();
}

/** `longest`: characters of each block; what is beyond it is left out of its middle, and counted. */
export function actText(request: PermissionRequest, longest: number): string {
  const { lines, blocks } = laidOut(request);
  const about = lines.length === 0 ? [] : [lines.join(' · ')];
  return [...about, ...blocks.map(({ text, language }) => excerpt(text, language, longest))].join('\n\n');
}

/** All of it as a text, and the language that it is in; empty where it is in several. */
export function wholeAct(request: PermissionRequest): Block {
  const { lines, blocks } = laidOut(request);
  const [only] = blocks;
  const told = lines.length === 0 || (request.permission === 'edit' && only?.language === 'diff');
  if (told && blocks.length === 1 && only !== undefined) return only;
  return { text: [...lines, ...blocks.map(({ text }) => text)].join('\n\n'), language: '' };
}

function laidOut(request: PermissionRequest): Laid {
  const { permission, subject, input, tool, workdir, reaches = [], diff = '', unknown } = request;
  const path = permission === 'edit' && isPlainPath(subject);
  const lines = [
    ...(path ? [code(subject)] : []),
    ...(tool === undefined || tool === permission ? [] : [`with ${code(tool)}`]),
    ...(workdir === undefined ? [] : [`in ${code(workdir)}`]),
    ...(reaches.length === 0 ? [] : [`reaches ${reaches.map(code).join(', ')}`]),
    ...(unknown === true ? [sentences.unknownAct] : []),
  ];
  const blocks = [
    { text: path ? '' : subject, language: '' },
    { text: input ?? '', language: 'json' },
    { text: diff, language: 'diff' },
  ];
  return {
    lines,
    blocks: blocks
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, language }) => ({ text: visible(text), language })),
  };
}

/** Code on a line would show another one in its place: it takes several blanks for one. */
function isPlainPath(path: string): boolean {
  return path.length <= longestPath && !/^\s|\s$|\s\s|[^\S ]/u.test(path);
}

/** The notice stands between two fences of ours, where nothing that the model wrote can stand. */
function excerpt(shown: string, language: string, longest: number): string {
  if (shown.length <= longest) return fenced(shown, language);
  const head = headOf(shown, Math.ceil((longest * 2) / 3));
  const tail = tailOf(shown, Math.floor(longest / 3));
  const missing = shown.length - head.length - tail.length;
  const hidden = `… ${counted(missing, 'character')} hidden …`;
  const parts = [
    ...(head === '' ? [] : [fenced(head, language)]),
    hidden,
    ...(tail === '' ? [] : [fenced(tail, language)]),
  ];
  return parts.join('\n\n');
}
