import { inspect } from 'node:util';

/** A value that no print, log or JSON of the object around it shows. */
export interface Secret {
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

const shown = '[secret]';

export function createSecret(value: string): Secret {
  const show = () => shown;
  return Object.freeze({ reveal: () => value, toString: show, toJSON: show, [inspect.custom]: show });
}
