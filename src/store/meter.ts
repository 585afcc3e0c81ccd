import type { LogEvent } from 'kysely';

/** Counts statements as they are sent. */
export interface Meter {
  count(event: LogEvent): void;
  statements(): number;
  /** Writes that a snapshot would miss. Leases are none: they do not outlive the process. */
  changes(): number;
}

const write = /\b(?:insert into|update|delete from) "(?!lease")/;

export function createMeter(): Meter {
  let statements = 0;
  let changes = 0;
  return {
    count({ query }) {
      statements += 1;
      if (write.test(query.sql)) changes += 1;
    },
    statements: () => statements,
    changes: () => changes,
  };
}
