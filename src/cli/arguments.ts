/** Reads the command line. Whatever is not understood is an error with the nearest right word. */
import { parseArgs } from 'node:util';
import { nearest } from '../lib/spelling.ts';
import type { PeopleOrder } from './tell-people.ts';

export type CliCommand =
  | { readonly type: 'start' }
  | { readonly type: 'demo' }
  | { readonly type: 'setup' }
  | { readonly type: 'status' | 'doctor'; readonly json: boolean }
  /** `text`: the code or the person, as it was typed. */
  | { readonly type: 'people'; readonly order: PeopleOrder }
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  /** Not understood, and why, in one sentence. */
  | { readonly type: 'wrong'; readonly sentence: string };

const names = ['start', 'demo', 'setup', 'doctor', 'status', 'people', 'pair', 'unpair', 'help'] as const;
const options = ['--json', '--help', '--version'];
const seeHelp = 'See: dragoman help';

/** @param args what follows the program's name. */
export function parseCommand(args: readonly string[]): CliCommand {
  const unknown = args.find((arg) => arg.startsWith('-') && ![...options, '-h', '-v'].includes(arg));
  if (unknown !== undefined) return wrong(`There is no option ${unknown}.`, nearest(unknown, options));
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', short: 'v', default: false },
    },
  });
  const [name, ...rest] = positionals;
  const [extra] = rest;
  if (values.help) return { type: 'help' };
  if (values.version) return { type: 'version' };
  if (name === undefined)
    return wrong(
      'Say what to do: setup, start, demo, doctor, status, people, pair, unpair or help.',
      undefined,
    );
  if (values.json && name !== 'status' && name !== 'doctor')
    return wrong('Only status and doctor have --json.', undefined);
  if (name === 'pair' || name === 'unpair') return aboutPerson(name, rest.join(' '));
  if (extra !== undefined) return wrong(`"${extra}" is one word too many: "${name}" takes none.`, undefined);
  return named(name, values.json);
}

function named(name: string, json: boolean): CliCommand {
  switch (name) {
    case 'start':
    case 'demo':
    case 'setup':
    case 'help':
      return { type: name };
    case 'doctor':
    case 'status':
      return { type: name, json };
    case 'people':
      return { type: name, order: { name, text: '' } };
    default:
      return wrong(`There is no command "${name}".`, nearest(name, names));
  }
}

function aboutPerson(name: 'pair' | 'unpair', text: string): CliCommand {
  if (text !== '') return { type: 'people', order: { name, text } };
  const example =
    name === 'pair' ? 'pair 4821-KQWX, with the code of the person' : 'unpair ID, as people lists it';
  return wrong(`Say whom: ${example}.`, undefined);
}

function wrong(sentence: string, meant: string | undefined): CliCommand {
  const hint = meant === undefined ? seeHelp : `Did you mean "${meant}"? ${seeHelp}`;
  return { type: 'wrong', sentence: `${sentence} ${hint}` };
}
