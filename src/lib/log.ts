/** The log: one JSON line for each fact, secrets taken out. */
import { pino } from 'pino';
import type { LogLevel } from './log-levels.ts';
import { createRedactor, type Redactor } from './redact.ts';

/** Facts: fields with ids, then one fact in the past tense. No text of people or of the agent above `debug`. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ProcessLog extends Log {
  /** All that must never be written. A secret that comes up at run time, such as a password of ours, is added. */
  readonly redactor: Redactor;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Values that must never be written. Those under 4 characters are not looked for. */
  readonly secrets: readonly string[];
  /** `json`: one object a line. `lines`: for a person at a terminal. */
  readonly form: 'json' | 'lines';
  /** Takes whole lines. Unset: standard error. */
  readonly write?: (line: string) => void;
}

export function createLog({ level, secrets, form, write }: LogOptions): ProcessLog {
  const redactor = createRedactor(secrets);
  const target = write ?? ((line: string) => process.stderr.write(line));
  const destination = {
    write: (line: string) => target(form === 'lines' ? redactor.text(readable(line)) : redactor.text(line)),
  };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors become plain objects in the redactor; pino's own serializer would copy their keys unseen.
      serializers: { err: (value: unknown) => value },
      formatters: { level: (label) => ({ level: label }), log: (fields) => redactor.fields(fields) },
    },
    destination,
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    redactor,
  };
}

/** `12:04:31 warn  service ended, restarting it  service=stream delayMs=250`; info needs no label. */
function readable(line: string): string {
  const { time, level, msg, ...fields }: Record<string, unknown> = JSON.parse(line);
  const at = new Date(String(time)).toTimeString().slice(0, 8);
  const label = level === 'info' ? '' : `${level} `;
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${brief(value)}`);
  return `${at} ${label}${[msg, ...rest].join(' ')}\n`;
}

/** Of an error its message, for a stack would bury the rest; LOG_LEVEL=debug and a pipe show it whole. */
function brief(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'stack' in value && 'message' in value)
    return JSON.stringify(value.message);
  return typeof value === 'string' && !/[\s"]/.test(value) ? value : JSON.stringify(value);
}
