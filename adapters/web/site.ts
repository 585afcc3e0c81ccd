/** The parts of the page, put together once and before it runs. */
import { randomBytes } from 'node:crypto';
import type { Host } from '../../src/core/channel.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { type Actions, createActions } from './actions.ts';
import { createArchive } from './archive.ts';
import { type Assets, readAssets } from './assets.ts';
import type { Board } from './board.ts';
import type { WebConfig } from './config.ts';
import { createFeed } from './feed.ts';
import { createFiles, type Files, fileLimits } from './files.ts';
import { createGate, type Gate } from './gate.ts';
import { platform } from './inbound.ts';
import type { PageFacts } from './snapshot.ts';
import { createThreadActions, type ThreadActions } from './thread-actions.ts';
import { createShow } from './wire.ts';

export interface WebDeps {
  readonly config: WebConfig;
  /** How people reach the page. */
  readonly publicUrl: string;
  readonly host: Host;
  /** Unset: the system's. */
  readonly clock?: Clock;
}

/** What the routes serve. */
export interface Site {
  readonly gate: Gate;
  readonly assets: Assets;
  readonly board: Board;
  readonly files: Files;
  readonly actions: Actions;
  readonly threads: ThreadActions;
  readonly facts: PageFacts;
}

/** Everything that the page serves, and its parts. */
export async function createSite({ config, publicUrl, host, clock = systemClock }: WebDeps): Promise<Site> {
  const { now } = clock;
  const commands = host.commands.map(({ name, description, argument }) => ({
    name,
    description,
    ...(argument === undefined ? {} : { argument }),
  }));
  const board: Board = {
    archive: createArchive(host.documents),
    feed: createFeed(clock),
    show: createShow(),
    now,
    random: () => randomBytes(4).toString('hex'),
  };
  const files = createFiles(host.documents, now);
  return {
    board,
    files,
    assets: await readAssets(),
    gate: await createGate({
      publicUrl,
      secret: host.secret(platform),
      password: config.password,
      documents: host.documents,
      now,
    }),
    actions: createActions({
      board,
      files,
      name: config.name,
      commands,
      receive: (event) => host.receive(event),
    }),
    threads: createThreadActions(board, files),
    facts: { name: config.name, suggestions: config.suggestions, commands, fileLimits },
  };
}
