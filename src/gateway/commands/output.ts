/** `output`: all that a tool printed, which the messages cut short. */
import { clip } from '../../core/clip.ts';
import { UserError } from '../../core/errors.ts';
import type { ToolOutput } from '../../core/library.ts';
import { counted } from '../../render/amounts.ts';
import { code, escaped, visible } from '../../render/plain.ts';
import { showText } from '../outbound/long-text.ts';
import type { Command } from './command.ts';
import { refOf, threadStateOf } from './thread-state.ts';

/** Colours and the like, which only a terminal understands. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const terminal = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-_])/g;
const longestSubject = 120;

export const output: Command = {
  name: 'output',
  argument: '[number]',
  description: 'All that the last tool printed; with a number, an earlier one',
  right: 'view',
  async run(deps, { row, text }) {
    const back = numberOf(text.trim());
    const all = await deps.shard.agent.works.outputs(refOf(await threadStateOf(deps.shard, row)));
    const one = all[back - 1];
    if (one === undefined) throw new UserError(tooFew(all.length));
    const { secrets } = deps.shard.settings;
    const clean = secrets?.text(one.text) ?? one.text;
    await showText(deps, row, {
      text: visible(clean.replace(terminal, '').replaceAll('\r\n', '\n')),
      language: 'text',
      above: `${headOf(one)}\n\n`,
      file: {
        name: 'output.txt',
        mime: 'text/plain',
        markdown: headOf(one, counted(clean.length, 'character')),
      },
    });
  },
};

function numberOf(wish: string): number {
  if (wish === '') return 1;
  if (/^[1-9]\d{0,3}$/.test(wish)) return Number(wish);
  throw new UserError(
    'Say how far back: `!output` is what the last tool printed, `!output 2` the one before.',
  );
}

function tooFew(count: number): string {
  return count === 0
    ? 'No tool has printed anything in this session yet.'
    : `Only ${counted(count, 'tool')} printed something in this session; \`!output ${count}\` shows the first.`;
}

function headOf({ tool, subject, unfinished, cut }: ToolOutput, size = ''): string {
  const what = [escaped(tool), code(clip(subject, longestSubject))].filter((word) => word !== '').join(' ');
  const notes = [
    ...(unfinished ? ['It still runs.'] : []),
    ...(cut
      ? [
          'This is a part: the agent server keeps 2,000 lines or 50 kB of it, and the rest in a file on its machine.',
        ]
      : []),
  ];
  return [size === '' ? what : `${what} · ${size}`, ...notes].join('\n');
}
