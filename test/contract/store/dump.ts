import { sql } from 'kysely';
import type { Database } from '../../../src/store/tables.ts';

/** The schema as text: the same on every engine, for people to review. */
export async function dumpSchema(db: Database): Promise<string> {
  const { rows } = await sql<{ line: string }>`
    select line from (
      select relname::text as name, 0 as part, attnum::int as n,
        format('%s.%s %s%s%s%s', relname, attname, format_type(atttypid, atttypmod),
          case when attcollation not in (0, 100) then
            ' collate ' || (select collname from pg_collation where oid = attcollation) else '' end,
          case when attnotnull then ' not null' else '' end,
          case when attidentity <> '' then ' generated always as identity'
            else coalesce(' default ' || pg_get_expr(adbin, adrelid), '') end) as line
      from pg_attribute
      join pg_class on pg_class.oid = attrelid
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where relkind = 'r' and relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped
      union all
      select conrelid::regclass::text, 1, 0, format('%s: %s', conname, pg_get_constraintdef(oid))
      from pg_constraint
      where connamespace = 'public'::regnamespace and contype <> 'n'
      union all
      select tablename::text, 2, 0, indexdef from pg_indexes
      where schemaname = 'public' and indexname not in (select conname from pg_constraint)
    ) as lines
    where name not like 'migration%'
    order by name collate "C", part, n, line collate "C"`.execute(db);
  return `${rows.map(({ line }) => line).join('\n')}\n`;
}
