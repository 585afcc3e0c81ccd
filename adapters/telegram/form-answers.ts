import type { FormField } from '../../src/core/channel.ts';

/** What leaves a field empty that need not be filled. */
const skip = '-';

/**
 * What a reply puts into a field: numbers or names of options, several with commas between them, or own words where
 * they are allowed. undefined: it fits nothing that can be chosen. Pure.
 */
export function valuesOf(field: FormField, reply: string): readonly string[] | undefined {
  const text = reply.trim();
  if (!field.required && text === skip) return [];
  if (text === '') return undefined;
  if (field.options.length === 0) return [text];
  const whole = chosen(field, text);
  if (whole !== undefined) return [whole];
  if (!field.multiple) return field.custom ? [text] : undefined;
  return severalOf(field, text);
}

function severalOf(field: FormField, text: string): readonly string[] | undefined {
  const parts = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const known = parts.flatMap((part) => chosen(field, part) ?? []);
  const labels = [...new Set(known)];
  if (known.length === parts.length) return labels.length === 0 ? undefined : labels;
  if (!field.custom) return undefined;
  // A comma within a sentence is no list.
  if (known.length === 0) return [text];
  return [...labels, parts.filter((part) => chosen(field, part) === undefined).join(', ')];
}

/** A name counts before a number: an option may be called `2`. */
function chosen({ options }: FormField, part: string): string | undefined {
  const named = options.find(({ label }) => label.trim().toLowerCase() === part.toLowerCase());
  if (named !== undefined) return named.label;
  const [, number] = /^(\d{1,3})[.)]?$/.exec(part) ?? [];
  return number === undefined ? undefined : options[Number(number) - 1]?.label;
}
