import { z } from 'zod';
import type { Button, Documents, Form, OutboundMessage } from '../../src/core/channel.ts';

/**
 * A button that opens a form carries the form's token, which is all that fits; what the form asks is kept in a
 * document, so that it opens after a restart as well.
 */
const collection = 'forms';
/** No card is open for longer than this, milliseconds. */
const keptMs = 7 * 24 * 3_600_000;

const option = z.object({ label: z.string(), description: z.string() });
export const formShape = z.object({
  token: z.string(),
  title: z.string(),
  submit: z.string(),
  fields: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      options: z.array(option),
      multiple: z.boolean(),
      custom: z.boolean(),
      required: z.boolean(),
    }),
  ),
});
const documentShape = z.object({ at: z.number(), form: formShape });

/** Every button that a message shows: one that opens a form carries its token, and an open form has one too. */
export function buttonsOf({ buttons, form }: OutboundMessage): readonly Button[] {
  const shown = buttons.map((button) =>
    button.form === undefined ? button : { ...button, token: button.form.token },
  );
  return form === undefined ? shown : [...shown, { label: form.submit, token: form.token, style: 'primary' }];
}

export function formsOf({ buttons, form }: OutboundMessage): readonly Form[] {
  const behind = buttons.flatMap((button) => (button.form === undefined ? [] : [button.form]));
  return form === undefined ? behind : [...behind, form];
}

/** To be called before the message is shown, whose buttons name these forms. */
export async function keepForms(documents: Documents, forms: readonly Form[], now: number): Promise<void> {
  for (const form of forms) {
    if ((await formBy(documents, form.token)) === undefined)
      await documents.put(collection, form.token, { at: now, form });
  }
}

/** undefined: the token is no form's. */
export async function formBy(documents: Documents, token: string): Promise<Form | undefined> {
  const kept = documentShape.safeParse(await documents.get(collection, token));
  return kept.success ? kept.data.form : undefined;
}

/** Forgets forms that nobody can answer any more. */
export async function pruneForms(documents: Documents, now: number): Promise<void> {
  for (const { key, value } of await documents.list(collection)) {
    const kept = documentShape.safeParse(value);
    if (!kept.success || now - kept.data.at > keptMs) await documents.remove(collection, key);
  }
}
