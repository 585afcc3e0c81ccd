import { UserError } from '../../core/errors.ts';
import type { ServerCommand } from '../../core/library.ts';
import { code } from '../../render/plain.ts';
import type { Command } from './command.ts';

/**
 * A command of the agent server's own. We expand its template ourselves and send it as any prompt, so that it waits
 * in the queue, is followed, and is sent twice without running twice; and so that nothing in it runs unasked.
 */
export function serverCommand({ name, description, template, model, agent }: ServerCommand): Command {
  return {
    name,
    description,
    right: 'prompt',
    async run({ enqueue }, { row, text }) {
      if (template === undefined)
        throw new UserError(
          `${code(`!${name}`)} is a prompt that only OpenCode itself can fill in, so it was not run. It can be run there.`,
        );
      if (/!`[^`]+`/.test(template))
        throw new UserError(
          `${code(`!${name}`)} holds shell commands that the agent server would run without asking anybody, so it was not run. It can be run in OpenCode itself.`,
        );
      await enqueue(row, expanded(template, text.trim()), {
        ...(model === undefined ? {} : { model }),
        ...(agent === undefined ? {} : { agent }),
      });
    },
  };
}

/** Whether saying `!name` here runs it: a name of ours goes first, and a name is one word. */
export function isRunnable(
  { name, template }: ServerCommand,
  ours: readonly Pick<Command, 'name'>[],
): boolean {
  const isTaken = ours.some((command) => command.name === name.toLowerCase());
  return template !== undefined && !isTaken && /^\S+$/.test(name);
}

/** As the server does it: the last `$n` takes the rest, and without any place arguments go to the end. */
function expanded(template: string, text: string): string {
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  const places = [...template.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits));
  const last = Math.max(0, ...places);
  const filled = template
    .replace(/\$(\d+)/g, (_, digits) => {
      const at = Number(digits);
      return (at === last ? words.slice(at - 1).join(' ') : words[at - 1]) ?? '';
    })
    .replaceAll('$ARGUMENTS', () => text);
  const placed = places.length > 0 || template.includes('$ARGUMENTS');
  return placed || text === '' ? filled : `${filled}\n\n${text}`;
}
