/** A configuration file that OpenCode cannot read: which, where and why, from what it prints and answers. */

interface ErrorBody {
  readonly name?: unknown;
  readonly data?: { readonly path?: unknown; readonly message?: unknown; readonly issues?: unknown };
}

/** From what a server printed before it ended at once. undefined: it ended for another reason. */
export function printedFault(output: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with it
  const text = output.replace(/\u001b\[[0-9;]*m/g, '');
  const broken = /Config file at (.+?) is not valid JSON/.exec(text);
  if (broken !== null) return fault(broken[1] ?? '', placeIn(text));
  const invalid = /Configuration is invalid at (.+)\n(?:↳ )?(.+)/.exec(text);
  return invalid === null ? undefined : fault(invalid[1] ?? '', (invalid[2] ?? '').trim());
}

/** From the body of an answer. undefined: it is about something else. */
export function answeredFault(body: unknown): string | undefined {
  const { name, data } = (typeof body === 'object' && body !== null ? body : {}) as ErrorBody;
  if (typeof name !== 'string' || !/^Config\w*Error$/.test(name) || typeof data?.path !== 'string')
    return undefined;
  if (name === 'ConfigJsonError') return fault(data.path, placeIn(String(data.message ?? '')));
  const issues = Array.isArray(data.issues) ? data.issues : [];
  const reasons = issues.map((issue: { readonly message?: unknown; readonly path?: readonly unknown[] }) =>
    `${(issue.path ?? []).join('.')}: ${String(issue.message)}`.replace(/^: /, ''),
  );
  return fault(data.path, reasons.join('; ') || String(data.message ?? 'it is not valid'));
}

function fault(path: string, reason: string): string {
  return `OpenCode cannot read its configuration ${path}: ${reason}.`;
}

/** `PropertyNameExpected at line 3, column 32`, in a list of such. */
function placeIn(text: string): string {
  const [, reason = '', line, column] = /(\w+) at line (\d+), column (\d+)/.exec(text) ?? [];
  if (line === undefined) return 'it is not JSON';
  const words = reason.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return `line ${line}, column ${column}: ${words}`;
}
