/** What a message may hold: its text and its controls. */
import { invalid, refuse } from './refusal.ts';
import type { Json } from './world.ts';

export function checkContent(body: Json, isNew: boolean): void {
  const content = String(body['content'] ?? '');
  const rows = (body['components'] ?? []) as readonly Json[];
  if (content.length > 2000) invalid('content', 'BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.');
  if (isNew && content.trim() === '' && rows.length === 0) refuse(50006);
  checkRows(rows);
}

/** Action rows of up to five buttons, or of one select; ids are unique, and not longer than 100. */
function checkRows(rows: readonly Json[]): void {
  if (rows.length > 5) invalid('components', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.');
  const ids = new Set<string>();
  for (const [at, row] of rows.entries()) {
    const parts = (row['components'] ?? []) as readonly Json[];
    const path = `components.${at}`;
    if (row['type'] !== 1 || parts.length === 0 || parts.length > 5)
      invalid(path, 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.');
    for (const part of parts) checkPart(part, parts.length, ids, path);
  }
}

function checkPart(part: Json, siblings: number, ids: Set<string>, path: string): void {
  const id = String(part['custom_id'] ?? '');
  if (id === '' || id.length > 100)
    invalid(`${path}.custom_id`, 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  if (ids.has(id))
    invalid(
      `${path}.custom_id`,
      'COMPONENT_CUSTOM_ID_DUPLICATED',
      'Component custom id cannot be duplicated',
    );
  ids.add(id);
  if (part['type'] === 2) {
    const label = String(part['label'] ?? '');
    if (label === '' || label.length > 80)
      invalid(`${path}.label`, 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 80 in length.');
  } else if (part['type'] === 3) {
    if (siblings > 1)
      invalid(path, 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'The specified component exceeds the maximum width');
    checkSelect(part, path);
  } else invalid(`${path}.type`, 'BASE_TYPE_CHOICES', 'Value must be one of {2, 3}.');
}

export function checkSelect(part: Json, path: string): void {
  const options = (part['options'] ?? []) as readonly Json[];
  if (options.length < 1 || options.length > 25)
    invalid(`${path}.options`, 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 25 in length.');
  const values = new Set(options.map(({ value }) => value));
  if (values.size < options.length)
    invalid(
      `${path}.options`,
      'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
      'The specified option value is already used',
    );
  for (const { label, description = 'x' } of options)
    if (!within(label, 100) || !within(description, 100))
      invalid(`${path}.options`, 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  if (!within(part['placeholder'] ?? 'x', 150))
    invalid(`${path}.placeholder`, 'BASE_TYPE_MAX_LENGTH', 'Must be 150 or fewer in length.');
  const most = Number(part['max_values'] ?? 1);
  if (most < 1 || most > options.length)
    invalid(`${path}.max_values`, 'BASE_TYPE_BAD_LENGTH', 'Must be at most the number of options.');
}

export function within(text: unknown, most: number): boolean {
  return typeof text === 'string' && text.length >= 1 && text.length <= most;
}
