/**
 * Forms that people may still open, kept as documents, for platforms whose buttons cannot carry what a form
 * asks.
 */
import { z } from 'zod';
import type { Documents, Form, OutboundMessage } from '../core/channel.ts';

/** A form as it stands in a document. */
export const formShape: z.ZodType<Form> = z.object({
  token: z.string(),
  title: z.string(),
  submit: z.string(),
  fields: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      options: z.array(z.object({ label: z.string(), description: z.string() })),
      multiple: z.boolean(),
      custom: z.boolean(),
      required: z.boolean(),
    }),
  ),
});

const record = z.object({ form: formShape, at: z.number() });
const collection = 'forms';

/**
 * The forms that people may still open, by token, for platforms whose buttons cannot carry what a form asks. They
 * are documents, so that they open after a restart as well.
 */
export interface Forms {
  /** To be called before the message is shown whose buttons name them. */
  keep(forms: readonly Form[], now: number): Promise<void>;
  /** undefined: the token is no form's, or the form was forgotten. */
  get(token: string): Promise<Form | undefined>;
  /** Forgets those that were kept longer than their life: nobody can answer them any more. */
  prune(now: number): Promise<void>;
}

export function createForms(documents: Documents, lifeMs: number): Forms {
  const get = async (token: string) => {
    const kept = record.safeParse(await documents.get(collection, token));
    return kept.data?.form;
  };
  return {
    get,
    async keep(forms, now) {
      for (const form of forms) {
        if ((await get(form.token)) === undefined)
          await documents.put(collection, form.token, { form, at: now });
      }
    },
    async prune(now) {
      for (const { key, value } of await documents.list(collection)) {
        const kept = record.safeParse(value);
        if (!kept.success || kept.data.at < now - lifeMs) await documents.remove(collection, key);
      }
    },
  };
}

/** The forms of a message: those behind its buttons, and the one that stands open in it. */
export function formsOf({ buttons, form }: OutboundMessage): readonly Form[] {
  const behind = buttons.flatMap((button) => button.form ?? []);
  return form === undefined ? behind : [...behind, form];
}
