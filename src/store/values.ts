import { type RawBuilder, sql } from 'kysely';

const int8 = 20;
const timestamptz = 1184;

/** How column types are read on both engines, by type id: `bigint` as number, times as epoch milliseconds. */
export const parsers: Readonly<Record<number, (text: string) => number>> = {
  [int8]: Number,
  [timestamptz]: (text) => new Date(text).getTime(),
};

/** A value for a jsonb column. What Postgres cannot store in text (NUL, halves of surrogate pairs) is replaced. */
export function json<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(storable(value)) ?? 'null'}::jsonb`;
}

/** A moment `ms` milliseconds from now by the database's clock. */
export function fromNow(ms: number): RawBuilder<number> {
  return sql<number>`now() + ${ms} * interval '1 millisecond'`;
}

export const now: RawBuilder<number> = sql<number>`now()`;

/** A value whose strings Postgres can store; the same object where all of them can be. */
export function storable<T>(value: T): T {
  const text = JSON.stringify(value);
  if (text === undefined || !/\\u(?:0000|d[89a-f])/i.test(text)) return value;
  return JSON.parse(text, (_key, item: unknown) => (typeof item === 'string' ? storableText(item) : item));
}

function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
