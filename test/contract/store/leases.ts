import { describe, expect, test } from 'vitest';
import { fresh, hold, type Rig } from './rig.ts';

export function leaseSuite(rig: Rig): void {
  describe('leases', () => {
    test('one holds it, and the fence grows each time', async () => {
      const name = fresh('lease');
      const mine = await hold(rig.store, name, 'us', 60_000);
      expect(await rig.store.leases.acquire(name, 'them', 60_000)).toBeUndefined();
      const again = await hold(rig.store, name, 'us', 60_000);
      expect(again.fence).toBeGreaterThan(mine.fence);
      expect(await rig.store.leases.renew(mine, 60_000)).toBe(false);
      expect(await rig.store.leases.renew(again, 60_000)).toBe(true);
      expect((await rig.store.leases.list()).filter((row) => row.name === name)).toEqual([
        { name, owner: 'us', until: expect.any(Number) },
      ]);
    });

    test('only one of many gets a free one', async () => {
      const name = fresh('lease');
      const tries = Array.from({ length: 20 }, (_, n) =>
        rig.store.leases.acquire(name, `owner-${n}`, 60_000),
      );
      expect((await Promise.all(tries)).filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    test('a lease that has run out is taken over, and its holder learns of it', async () => {
      const name = fresh('lease');
      const mine = await hold(rig.store, name, 'us', 20);
      await expect
        .poll(() => rig.store.leases.acquire(name, 'them', 60_000), { interval: 5 })
        .toMatchObject({ name, fence: mine.fence + 1 });
      expect(await rig.store.leases.renew(mine, 60_000)).toBe(false);
    });

    test('a released one is free at once, and an old release changes nothing', async () => {
      const name = fresh('lease');
      const mine = await hold(rig.store, name, 'us', 60_000);
      await rig.store.leases.release(mine);
      const theirs = await hold(rig.store, name, 'them', 60_000);
      await rig.store.leases.release(mine);
      expect(await rig.store.leases.renew(theirs, 60_000)).toBe(true);
      expect(theirs.fence).toBeGreaterThan(mine.fence);
    });
  });
}
