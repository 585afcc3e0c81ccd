import type { InboundEvent, ThreadAddress } from '../../core/channel.ts';
import type { Placement, Store } from '../../store/types.ts';

/** Where a channel's threads belong, by the operator's configuration; undefined: nowhere. */
export type Placing = (address: ThreadAddress) => Placement | undefined;

/**
 * Takes an event of a platform into the inbox. Resolves when it is stored, which is when the platform may be
 * acknowledged; rejects where it is not, so that the platform tells it again.
 */
export type Intake = (event: InboundEvent) => Promise<void>;

export function createIntake(
  store: Pick<Store, 'inbox'>,
  place: Placing,
  heard: (event: InboundEvent) => void,
): Intake {
  return async (event) => {
    const where = place(event.address);
    if (where === undefined)
      throw new Error(`no project is set up for ${event.address.platform}:${event.address.channel}`);
    if (await store.inbox.accept(event, where)) heard(event);
  };
}
