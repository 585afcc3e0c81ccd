/** Script of the demo: an answer that is longer than messages may be. */
import { type Step, say } from '../step.ts';

/** About 10 kB: more than one message on every platform. Chunks of four words, or it would take a minute. */
export function long(): Step {
  return say(
    [opening, instants, zones, parsing, arithmetic, storage, showing, testing, closing].join('\n\n'),
    [],
    4,
  );
}

const opening = `# Dates, from the beginning

Almost every program handles dates, and almost every program gets one of them wrong. The reason is not that dates are hard; it is that one word stands for four different things: a moment on the world's clock, a square on a calendar, a reading of the clock on the wall, and a length of time. As long as a program keeps these apart, each is simple. The bugs live where one is quietly turned into another.

This answer is long on purpose. It goes through the four, then through the places where they meet: parsing, arithmetic, storage and tests. It has headings, code and a table, so that you can see how an answer goes on in the next message.`;

const instants = `## 1. Instants

An instant is a point on one line that all the world shares. It has no day, no hour and no zone; it has only a distance from an agreed beginning. JavaScript counts milliseconds from the first second of 1970 in UTC:

\`\`\`typescript
const now: number = Date.now();
const launch = new Date('2026-03-14T03:30:00Z');

/** Instants compare as numbers do: no zone is involved. */
export function isBefore(a: Date, b: Date): boolean {
  return a.getTime() < b.getTime();
}
\`\`\`

Use an instant for everything that *happened*: a message was sent, a payment arrived, a build failed. Two people on two continents who look at the same instant agree about it completely. They only disagree about what to call it, and that is the business of the next section.

One caution: the clock of a machine is not the world's clock. It is set forward and back by people and by the network. To measure how long something took, use a clock that only goes forward, such as \`performance.now()\`, and never the difference of two dates.`;

const zones = `## 2. Calendars and zones

A calendar date is a name: *14 March 2026*. To turn an instant into a name one needs a place, because the sun does not rise everywhere at once. The rules of a place, with all their changes since the railways came, are its **time zone**, and its name looks like \`America/New_York\`. An offset such as \`-05:00\` is not a zone. It is what a zone happens to say on one day.

Here is the instant from above in several places:

| zone | calendar date | wall clock | offset |
|---|---|---|---|
| \`UTC\` | 14 March 2026 | 03:30 | +00:00 |
| \`America/New_York\` | 13 March 2026 | 23:30 | -04:00 |
| \`Europe/Berlin\` | 14 March 2026 | 04:30 | +01:00 |
| \`Asia/Kolkata\` | 14 March 2026 | 09:00 | +05:30 |
| \`Pacific/Auckland\` | 14 March 2026 | 16:30 | +13:00 |
| \`Pacific/Honolulu\` | 13 March 2026 | 17:30 | -10:00 |

Note that two of the six give another *day*. A function that makes a date out of an instant without saying where has chosen a place all the same: the place where the machine stands. That is the bug in this project's \`formatDay\`:

\`\`\`typescript
/** Wrong: whose day is it? */
export function formatDay(date: Date): string {
  const month = String(date.getMonth() + 1).padStart(2, '0');
  const day = String(date.getDate()).padStart(2, '0');
  return \`\${date.getFullYear()}-\${month}-\${day}\`;
}
\`\`\`

The same code passes on a laptop in Berlin and fails on a server in Virginia, and only after seven in the evening. Such a bug can live for years, because whoever looks for it looks in the morning.`;

const parsing = `## 3. Parsing

Parsing is where a name becomes an instant, and the standard has a trap that everybody falls into once. A date alone is read as UTC; a date with a time is read as local time:

\`\`\`typescript
new Date('2026-03-14');          // midnight in UTC
new Date('2026-03-14T00:00');    // midnight on this machine
new Date('2026-03-14T00:00Z');   // midnight in UTC, and it says so
new Date('03/14/2026');          // whatever this engine likes
\`\`\`

Three rules keep you out of trouble:

1. Accept one format at the border of the program, and refuse the others with a sentence that names the right one.
2. Never hand a person's text to \`new Date\`. It accepts far more than it understands.
3. Keep a calendar date as a calendar date. A birthday is not an instant, and whoever stores it as one will congratulate somebody a day early.

The refusal is worth as much as the parser. Compare "invalid date" with "I cannot read 3/14; write the day as 2026-03-14": the second is an instruction, and the person needs no one else to go on.`;

const arithmetic = `## 4. Arithmetic

Adding hours to an instant is addition. Adding *days* to a calendar date is counting squares on the calendar. The two agree except twice a year, when a day has 23 or 25 hours, and that is enough:

\`\`\`typescript
const day = 86_400_000;

/** Whole days from one calendar date to another. Both are midnights in UTC, where every day has 24 hours. */
export function daysBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / day);
}

/** The same time of day n days later, on the calendar of UTC. */
export function addDays(date: Date, n: number): Date {
  const result = new Date(date);
  result.setUTCDate(result.getUTCDate() + n);
  return result;
}
\`\`\`

Months are worse, since nobody can say what one month after 31 January is. There is no right answer, only a decision, and it belongs into the text of the contract before it belongs into the code. If the contract says *the last day of the month*, write a function with that name; if it says *30 days*, write that. What must not happen is that a library decides it in silence.

- An **hour** is a length of time.
- A **day** is a square on the calendar.
- A **month** is a matter of agreement.
- A **year** is twelve of those.`;

const storage = `## 5. Storage

In a database the four things have types of their own, and most trouble comes from the wrong choice of one:

| what it is | PostgreSQL | JSON |
|---|---|---|
| an instant | \`timestamptz\` | \`"2026-03-14T03:30:00Z"\` |
| a calendar date | \`date\` | \`"2026-03-14"\` |
| a wall clock reading | \`time\` | \`"09:00"\` |
| a length of time | \`interval\` | \`"PT30M"\` |

The name \`timestamptz\` misleads: it stores no zone. It stores the instant, and converts at the border. The type without the zone stores a reading of *some* clock on a wall and forgets which wall; there is almost never a reason for it.

An appointment in the future is the exception that people forget. "Every Monday at nine in Vienna" is neither an instant nor an offset, because a parliament may change the rules before next Monday. Store the wall clock reading **and** the name of the zone, and compute the instant as late as possible.

\`\`\`sql
create table appointment (
  id        bigint generated always as identity primary key,
  starts_on date not null,
  starts_at time not null,
  zone      text not null check (zone ~ '^[A-Z][A-Za-z]+/[A-Za-z_]+$')
);
\`\`\``;

const showing = `## 6. Showing dates to people

What a program stores and what a person reads are different texts, and only the second one depends on who reads. Format at the last moment, in the language and the zone of the reader, and let the platform do it:

\`\`\`typescript
const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Vienna' } as const;

export function forPeople(instant: Date, language: string): string {
  return new Intl.DateTimeFormat(language, options).format(instant);
}

forPeople(launch, 'en-GB');   // 14 March 2026 at 04:30
forPeople(launch, 'de-AT');   // 14. März 2026 um 04:30
forPeople(launch, 'en-US');   // March 14, 2026 at 4:30 AM
\`\`\`

A relative time (*3 minutes ago*) is pleasant for an hour and useless after a week. Show it for what is fresh, show the date for what is old, and put the exact instant where it can be looked up, for instance in a tooltip. In a log there is no reader to please: write the instant in UTC, always with the \`Z\`, so that lines of two machines can be laid side by side.

The worst of all texts is one that can be read in two ways. \`03/04/2026\` is in March for one half of your readers and in April for the other, and neither half will ask.`;

const testing = `## 7. Tests

A test about dates must fix everything that the code could look at: the clock, the zone and the language. Pass the clock in as an argument; set the zone for the whole run; never ask for *today*.

\`\`\`typescript
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDay } from '../src/date.ts';

test('a day is the same day everywhere', () => {
  const lateInNewYork = new Date('2026-03-14T03:30:00Z');
  assert.equal(formatDay(lateInNewYork), '2026-03-14');
});
\`\`\`

Then run it where it hurts:

\`\`\`sh
TZ=America/New_York npm test
TZ=Pacific/Auckland npm test
TZ=Asia/Kolkata npm test
\`\`\`

Good instants for a test are the ones near an edge:

- half an hour before and after midnight
- the nights on which the clocks change
- 29 February and the day after
- the last second of a year

If the tests pass in these three zones and at these four edges, the rest of the calendar will not surprise you much.`;

const closing = `## In short

1. Say which of the four things a value is, in its type or at least in its name.
2. Keep instants inside; turn them into names at the border, for a place that was chosen by somebody.
3. Accept one format and refuse the others politely.
4. Count days on the calendar, hours on the clock.
5. Test near the edges, in a zone that is not yours.

That was all of it. The bug in \`src/date.ts\` breaks the second rule; say *edit* and I will fix it.`;
