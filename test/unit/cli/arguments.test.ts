import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/cli/arguments.ts';

const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean));
const sentence = (line: string) => {
  const command = parse(line);
  return command.type === 'wrong' ? command.sentence : JSON.stringify(command);
};

test('commands', () => {
  expect(parse('start')).toEqual({ type: 'start' });
  expect(parse('demo')).toEqual({ type: 'demo' });
  expect(parse('setup')).toEqual({ type: 'setup' });
  expect(parse('doctor --json')).toEqual({ type: 'doctor', json: true });
  expect(parse('status')).toEqual({ type: 'status', json: false });
  expect(parse('status --json')).toEqual({ type: 'status', json: true });
  expect(parse('people')).toEqual({ type: 'people', order: { name: 'people', text: '' } });
  expect(parse('pair 4821 kqwx')).toEqual({ type: 'people', order: { name: 'pair', text: '4821 kqwx' } });
  expect(parse('unpair Eve Doe')).toEqual({ type: 'people', order: { name: 'unpair', text: 'Eve Doe' } });
  for (const line of ['help', '--help', '-h', 'start --help']) expect(parse(line)).toEqual({ type: 'help' });
  for (const line of ['--version', '-v']) expect(parse(line)).toEqual({ type: 'version' });
});

test('what is not understood is answered with what was probably meant', () => {
  expect(
    [
      '',
      'strat',
      'deploy',
      'status --jsno',
      'start --port',
      'start now',
      'demo --json',
      'pair',
      'unpair',
      'pair x --json',
      'people x',
    ].map(sentence),
  ).toMatchInlineSnapshot(`
    [
      "Say what to do: setup, start, demo, doctor, status, people, pair, unpair or help. See: dragoman help",
      "There is no command "strat". Did you mean "start"? See: dragoman help",
      "There is no command "deploy". See: dragoman help",
      "There is no option --jsno. Did you mean "--json"? See: dragoman help",
      "There is no option --port. See: dragoman help",
      ""now" is one word too many: "start" takes none. See: dragoman help",
      "Only status and doctor have --json. See: dragoman help",
      "Say whom: pair 4821-KQWX, with the code of the person. See: dragoman help",
      "Say whom: unpair ID, as people lists it. See: dragoman help",
      "Only status and doctor have --json. See: dragoman help",
      ""x" is one word too many: "people" takes none. See: dragoman help",
    ]
  `);
});
