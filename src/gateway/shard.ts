/** What the holder of one agent server works with. Passed to all wings. */
import type { Agent } from '../core/agent.ts';
import type { ChannelAdapter } from '../core/channel.ts';
import { UserError } from '../core/errors.ts';
import type { ServerName } from '../core/ids.ts';
import { noProject } from '../core/project.ts';
import type { Chance, Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Lease, Store, ThreadRow } from '../store/types.ts';
import type { Ids } from './ids.ts';
import type { Pace } from './policy/pace.ts';

/** A place to show things: the adapter, and the pace that all its threads share. */
export interface Outlet {
  readonly adapter: ChannelAdapter;
  readonly pace: Pace;
  /**
   * Characters of what streams, by prompt and thread and then by slot: no edit of it is written, and a lease that was
   * lost and won again must not forget it. `outbound/apply.ts` owns it.
   */
  readonly streamed: Map<string, Map<string, number>>;
}

/** What the operator decided. Times in milliseconds. */
export interface Settings {
  readonly ids: Ids;
  readonly admins: readonly string[];
  /** Messages of one author within this time are one prompt. */
  readonly pieceWindowMs: number;
  /** A request that nobody answers is refused after this time. */
  readonly requestTimeoutMs: number;
  /** A model that says nothing for longer is told of. */
  readonly silenceMs: number;
  /** A run is ended after so many messages of the agent without a word and without a tool, one after another. */
  readonly mostEmptyMessages: number;
  readonly projects: Readonly<Record<string, Project>>;
  /** What this process knows of secrets; unset: it knows none. */
  readonly secrets?: Secrets;
}

export interface Secrets {
  /** A text of the agent's work without them. */
  text(text: string): string;
  /** Does one of them stand in it? */
  holds(text: string): boolean;
}

/** A directory on a server that channels may use. */
export interface Project {
  readonly directory: string;
  readonly server: ServerName;
  /** `provider/model`; unset: the server's default. */
  readonly model?: string;
  readonly agent?: string;
}

/** What the holder of one agent server's lease works with; every write carries `lease`. */
export interface Shard {
  readonly lease: Lease;
  readonly agent: Agent;
  readonly store: Store;
  /** By platform. */
  readonly outlets: ReadonlyMap<string, Outlet>;
  readonly settings: Settings;
  readonly clock: Clock & Chance;
  readonly log: Log;
}

/** undefined: the platform of the thread is switched off. */
export function outletOf(
  { outlets }: Pick<Shard, 'outlets'>,
  { address }: Pick<ThreadRow, 'address'>,
): Outlet | undefined {
  return outlets.get(address.platform);
}

/** What a person is told in a place that the operator gave no project. */
export const noProjectSentence =
  'No project is set up for this place, so nothing was passed on. An operator can list it in the configuration; `npm run doctor` shows the line to add.';

/** Throws UserError where the operator named none, or took it out of the configuration. */
export function projectOf(
  { projects }: Pick<Settings, 'projects'>,
  name: string,
): Project & { readonly name: string } {
  if (name === noProject) throw new UserError(noProjectSentence);
  const project = projects[name];
  if (project !== undefined) return { ...project, name };
  throw new UserError(
    `The project "${name}" of this thread is no longer set up. An operator can add it to the configuration again.`,
  );
}
