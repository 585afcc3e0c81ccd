import type { InboundEvent, ThreadAddress } from '../../core/channel.ts';
import { noProject } from '../../core/project.ts';
import type { Log } from '../../lib/log.ts';
import type { Placement, Store } from '../../store/types.ts';

/** Where a channel's threads belong, by the operator's configuration; the project may be `noProject`. */
export type Placing = (address: ThreadAddress) => Placement;

/**
 * Takes an event of a platform into the inbox. Resolves when it is stored, which is when the platform may be
 * acknowledged; rejects where it is not, so that the platform tells it again.
 */
export type Intake = (event: InboundEvent) => Promise<void>;

export interface IntakeDeps {
  readonly store: Pick<Store, 'inbox'>;
  readonly place: Placing;
  readonly log: Pick<Log, 'error'>;
  /** An event that was not known before is stored. */
  heard(event: InboundEvent): void;
  /** An event came from a place without a project, and is stored like any other. */
  unlisted(address: ThreadAddress): void;
}

export function createIntake({ store, place, log, heard, unlisted }: IntakeDeps): Intake {
  return async (event) => {
    const { address, id, type } = event;
    const where = place(address);
    if (where.project === noProject) unlisted(address);
    try {
      if (await store.inbox.accept(event, where)) heard(event);
    } catch (error) {
      const { platform, channel } = address;
      log.error({ platform, channel, event: id, type, error }, 'an event could not be stored');
      throw error;
    }
  };
}
