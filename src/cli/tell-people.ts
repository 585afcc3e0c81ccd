import { type PeopleCommandName, peopleCommands } from '../app/operator.ts';
import { type ConfigSource, locateData } from '../config.ts';
import { UserError } from '../core/errors.ts';
import { createIds } from '../gateway/ids.ts';
import { askControl, controlPath } from '../lib/control.ts';
import { createLog } from '../lib/log.ts';
import { hasEmbeddedData, openStore } from '../store/database.ts';
import { type ExitCode, exitCodes, explain, type Terminal } from './terminal.ts';

export interface PeopleOrder {
  readonly name: PeopleCommandName;
  /** The code or the person. */
  readonly text: string;
}

/** Lets somebody in, puts them out or lists people: by the running process, else in the store itself. */
export async function tellPeople(
  source: ConfigSource,
  { name, text }: PeopleOrder,
  terminal: Terminal,
): Promise<ExitCode> {
  try {
    const place = locateData(source);
    const answer = await askControl(controlPath(place.data), name, text);
    if (answer.type === 'refused') throw new UserError(answer.reason);
    const lines = answer.type === 'answered' ? answer.value : await alone(place, { name, text });
    for (const line of Array.isArray(lines) ? lines : []) terminal.print(String(line));
    return exitCodes.well;
  } catch (error) {
    if (!(error instanceof UserError)) return explain(error, terminal);
    terminal.complain(error.message);
    return exitCodes.failed;
  }
}

async function alone(
  { data, database, admins, secret }: ReturnType<typeof locateData>,
  { name, text }: PeopleOrder,
): Promise<readonly string[]> {
  const url = database.url?.reveal();
  if (url === undefined && !hasEmbeddedData(data))
    throw new UserError(
      `Nothing is stored in ${data} yet, so nobody asked to be let in. Start Dragoman first, or set DRAGOMAN_DATA to where it keeps its data.`,
    );
  const key = secret().reveal();
  const log = createLog({
    level: 'error',
    secrets: [key, ...(url === undefined ? [] : [url])],
    form: 'lines',
  });
  const store = await openStore({ url, dataDir: data, log });
  try {
    return await peopleCommands({ store, ids: createIds(key), admins, log })[name](text);
  } finally {
    await store.close();
  }
}
