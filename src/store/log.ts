/** What the store needs of a log: one past-tense fact a line, with its fields. */
export interface StoreLog {
  info(fields: object, fact: string): void;
  warn(fields: object, fact: string): void;
  error(fields: object, fact: string): void;
}
