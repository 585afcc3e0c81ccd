import { describe, expect, test } from 'vitest';
import type { Author, Room } from '../../../../src/core/channel.ts';
import { access, type Right, type Role, roleOf } from '../../../../src/gateway/policy/access.ts';

const actions: readonly Right[] = [
  'prompt',
  'stop',
  'steer',
  'answer',
  'view',
  'settings',
  'sessions',
  'people',
];
const ofThread = 'prompt stop steer answer view settings';
const all = `${ofThread} sessions people`;

/** What is allowed: in private; in a thread and a channel that is closed; in those that are open. */
const table: Readonly<Record<Role, readonly [string, string, string]>> = {
  admin: [all, all, all],
  paired: [ofThread, '', ofThread],
  unknown: ['', '', ''],
  nobody: ['', '', ''],
};

describe.each(Object.entries(table) as [Role, readonly [string, string, string]][])('%s', (role, columns) => {
  const rooms: readonly Room[] = ['private', 'thread', 'channel'];
  for (const room of rooms)
    for (const open of [false, true]) {
      const expected = columns[room === 'private' ? 0 : open ? 2 : 1] ?? '';
      test(`${room}, ${open ? 'open' : 'closed'}: ${expected || 'nothing'}`, () => {
        const allowed = actions.filter((action) => access({ role, room, open }, action).allowed);
        expect(allowed.join(' ')).toBe(expected);
      });
    }
});

test('every refusal has its kind and a reason that completes "Not answered: …"', () => {
  const kind = (role: Role, room: Room, action: Right) => {
    const verdict = access({ role, room, open: false }, action);
    if (verdict.allowed) return 'allowed';
    expect(verdict.reason).toMatch(/^[a-z].*[^.]$/);
    return verdict.denial;
  };
  expect(kind('nobody', 'private', 'view')).toBe('nobody');
  expect(kind('unknown', 'private', 'view')).toBe('unknown');
  expect(kind('unknown', 'channel', 'people')).toBe('unknown');
  expect(kind('paired', 'thread', 'answer')).toBe('place');
  expect(kind('paired', 'private', 'people')).toBe('right');
});

describe('whose role', () => {
  const ann: Author = { id: 'test:ann', name: 'Ann' };
  test.each<[string, readonly string[], Author, boolean, Role]>([
    ['an admin', ['test:ann'], ann, false, 'admin'],
    ['an admin who is paired too', ['test:ann'], ann, true, 'admin'],
    ['nobody named: nobody known', [], ann, false, 'unknown'],
    ['somebody else', ['test:ben'], ann, false, 'unknown'],
    ['the same name on another platform', ['other:ann'], ann, false, 'unknown'],
    ['a name instead of an id', ['Ann'], ann, false, 'unknown'],
    ['the beginning of an id', ['test:an', 'test:'], ann, false, 'unknown'],
    ['who was let in', [], ann, true, 'paired'],
    ['a guest', [], { ...ann, guest: true }, false, 'unknown'],
    ['a guest who was let in', [], { ...ann, guest: true }, true, 'paired'],
    ['a member of another organisation', [], { ...ann, outside: true }, false, 'unknown'],
    ['a bot, even a named one', ['test:ann'], { ...ann, bot: true }, true, 'nobody'],
    ['who speaks as a group, even a named one', ['test:ann'], { ...ann, anonymous: true }, true, 'nobody'],
  ])('%s', (_name, admins, author, paired, role) => {
    expect(roleOf(author, admins, paired)).toBe(role);
  });
});
