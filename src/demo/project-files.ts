/** The scratch project that the demo's agent works on, file by file. */

/** The versions that `formatDay` goes through: the bug, its fix, and the fix with a time zone of one's own. */
export const formatDay = {
  local: `export function formatDay(date: Date): string {
  const month = String(date.getMonth() + 1).padStart(2, '0');
  const day = String(date.getDate()).padStart(2, '0');
  return \`\${date.getFullYear()}-\${month}-\${day}\`;
}`,
  utc: `export function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}`,
  zoned: `export function formatDay(date: Date, timeZone = 'UTC'): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(date);
}`,
} as const;

const date = `/** The day of an instant, as YYYY-MM-DD. */
${formatDay.local}

/** Whole days from one instant to another. */
export function daysBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 86_400_000);
}
`;

const invoice = `import { daysBetween, formatDay } from './date.ts';

export interface Invoice {
  readonly number: number;
  readonly due: Date;
}

/** One line for the list of invoices. */
export function describeInvoice(invoice: Invoice, today: Date): string {
  const days = daysBetween(today, invoice.due);
  const state = days < 0 ? \`\${-days} days late\` : \`due in \${days} days\`;
  return \`#\${invoice.number} · \${formatDay(invoice.due)} · \${state}\`;
}
`;

const test = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDay } from '../src/date.ts';

test('a day is the same day everywhere', () => {
  const lateInNewYork = new Date('2026-03-14T03:30:00Z');
  assert.equal(formatDay(lateInNewYork), '2026-03-14');
});
`;

const readme = `# Invoices

A small project to try an agent on. \`formatDay\` has a bug: it uses the clock of the machine, so that
\`TZ=America/New_York npm test\` fails. Ask the agent to *edit* it.
`;

const manifest = `{
  "name": "invoices",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": {
    "test": "node --test"
  }
}
`;

export const projectFiles: Readonly<Record<string, string>> = {
  'README.md': readme,
  'package.json': manifest,
  'src/date.ts': date,
  'src/invoice.ts': invoice,
  'test/date.test.ts': test,
};
