/** What the server says no with, in its own words. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;
  readonly parameters: Readonly<Record<string, number>> | undefined;

  constructor(code: number, description: string, parameters?: Readonly<Record<string, number>>) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

export const bad = (words: string, parameters?: Readonly<Record<string, number>>) =>
  new Refusal(400, `Bad Request: ${words}`, parameters);

export const forbidden = (words: string) => new Refusal(403, `Forbidden: ${words}`);

export const conflict = (words: string) => new Refusal(409, `Conflict: ${words}`);

/** `seconds`: how long to wait. */
export const tooMany = (seconds: number) =>
  new Refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
