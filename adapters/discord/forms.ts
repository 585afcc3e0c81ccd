import { z } from 'zod';
import type { Documents, Form, OutboundMessage } from '../../src/core/channel.ts';

const form: z.ZodType<Form> = z.object({
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

const record = z.object({ form, at: z.number() });

/**
 * The forms that people may still open, by token: a component holds 100 characters only, and must work after a
 * restart. They are stored before the message that shows them.
 */
export interface Forms {
  keep(message: OutboundMessage, now: number): Promise<void>;
  get(token: string): Promise<Form | undefined>;
  /** Forgets those that are too old to be answered. */
  prune(now: number): Promise<void>;
}

const collection = 'forms';
const lifeMs = 30 * 24 * 3_600_000;
const mostInMemory = 500;

export function createForms(documents: Documents): Forms {
  const kept = new Map<string, Form>();
  const remember = (one: Form) => {
    kept.set(one.token, one);
    const [oldest] = kept.keys();
    if (kept.size > mostInMemory && oldest !== undefined) kept.delete(oldest);
  };
  return {
    async keep({ buttons, form: open }, now) {
      const all = [...buttons.flatMap((button) => button.form ?? []), ...(open === undefined ? [] : [open])];
      for (const one of all) {
        if (kept.has(one.token)) continue;
        await documents.put(collection, one.token, { form: one, at: now });
        remember(one);
      }
    },
    async get(token) {
      const known = kept.get(token);
      if (known !== undefined) return known;
      const parsed = record.safeParse(await documents.get(collection, token));
      if (parsed.success) remember(parsed.data.form);
      return parsed.data?.form;
    },
    async prune(now) {
      for (const { key, value } of await documents.list(collection)) {
        const parsed = record.safeParse(value);
        if (!parsed.success || parsed.data.at < now - lifeMs) await documents.remove(collection, key);
      }
    },
  };
}
