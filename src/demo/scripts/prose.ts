import type { Conversation } from '../conversation.ts';
import { type Step, say } from '../step.ts';

/** Every kind of Markdown that a chat has to show. */
const markdown = `A date without a time zone is a guess. **This answer streams**, so you can watch Markdown grow: it has a list, code, a table and a [link](https://tc39.es/proposal-temporal/docs/).

## What goes wrong

An instant is the same for everybody. A *day* is not: it begins in Auckland while it is still yesterday in Honolulu, so whoever turns one into the other has to say where.

\`new Date().getDate()\` asks the clock of the *machine*. Three things follow:

- the same instant has two dates, one on your desk and one on the server
- a test passes in the morning and fails at night
- nobody notices until ~~somebody flies~~ the build moves to another country
  - and then only near midnight

## What to write instead

\`\`\`typescript
/** The day of an instant in UTC, as YYYY-MM-DD. */
export function formatDay(date: Date): string {
  const day = date.toISOString().slice(0, 10);
  return day;
}
\`\`\`

Compare the two at 23:30 in New York:

| call | prints | right |
|---|---|---|
| \`getDate()\` | 13 | only in New York |
| \`toISOString()\` | 14 | everywhere |
| \`toLocaleDateString()\` | 3/13/2026 | for people, not for keys |

> Store instants, show days.
> Whoever stores days will have to explain them.

1. Write the test with a fixed instant.
2. Set \`TZ\` in the test run.
3. Fix the function, and *only* then the callers.

That is all: **one rule, one function, one test.**`;

export function stream(): Step {
  return say(markdown);
}

/** 2,400 chunks: a minute at the default pace, time enough to stop it. */
export function slow(): Step {
  const line = (n: number) => `Line ${n} of 200 comes slowly so that you can stop me.\n`;
  return say(Array.from({ length: 200 }, (_, n) => line(n + 1)).join(''));
}

/** Says again what follows the word. */
export function echo(conversation: Conversation): Step {
  const [, rest = ''] = /\becho\b[:\s]*([\s\S]*)/i.exec(conversation.text) ?? [];
  return say(rest.trim() || 'There was nothing to repeat.');
}
