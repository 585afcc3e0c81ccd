/** What the platform refuses of blocks and views, with its own words. */
import type { Json } from './world.ts';

const longestMarkdown = 12_000;
const inMessages = new Set(['markdown', 'section', 'context', 'actions', 'divider', 'header']);
const inViews = new Set(['section', 'context', 'actions', 'divider', 'header', 'input']);

/** The reason why these blocks are refused; undefined where they are taken. */
export function blocksProblem(blocks: readonly Json[], surface: 'message' | 'view'): string | undefined {
  if (blocks.length > (surface === 'message' ? 50 : 100)) return 'invalid_blocks: too many blocks';
  const ids = blocks.map((block) => block['block_id']).filter((id) => id !== undefined);
  if (new Set(ids).size !== ids.length) return 'invalid_blocks: duplicate block_id';
  const markdown = blocks.filter(({ type }) => type === 'markdown').map(({ text }) => String(text));
  if (markdown.join('').length > longestMarkdown) return 'invalid_blocks: markdown is longer than 12000';
  const actions = blocks.flatMap((block) => actionIds(block));
  if (new Set(actions).size !== actions.length) return 'invalid_blocks: duplicate action_id';
  for (const block of blocks) {
    const problem = blockProblem(block, surface === 'message' ? inMessages : inViews);
    if (problem !== undefined) return `invalid_blocks: ${problem}`;
  }
  return undefined;
}

export function viewProblem(view: Json): string | undefined {
  if (view['type'] !== 'modal') return 'invalid_arguments: type must be modal';
  for (const name of ['title', 'submit', 'close']) {
    const problem = view[name] === undefined ? undefined : textProblem(view[name], 24, ['plain_text']);
    if (problem !== undefined) return `invalid_arguments: ${name}: ${problem}`;
  }
  if (view['title'] === undefined) return 'invalid_arguments: title is missing';
  if (String(view['private_metadata'] ?? '').length > 3000) return 'invalid_arguments: private_metadata';
  const blocks = listOf(view['blocks']);
  if (blocks.length === 0) return 'invalid_arguments: no blocks';
  if (blocks.some(({ type }) => type === 'input') && view['submit'] === undefined)
    return 'invalid_arguments: inputs need submit';
  return blocksProblem(blocks, 'view');
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter((one): one is Json => isObject(one)) : [];
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function actionIds(block: Json): readonly unknown[] {
  const elements = [...listOf(block['elements']), ...(isObject(block['element']) ? [block['element']] : [])];
  return elements
    .map((element) => element['action_id'])
    .filter((id) => id !== undefined)
    .map((id) => `${String(block['block_id'] ?? '')}/${String(id)}`);
}

function blockProblem(block: Json, allowed: ReadonlySet<string>): string | undefined {
  const type = String(block['type']);
  if (!allowed.has(type)) return `unknown type ${type}`;
  if (String(block['block_id'] ?? '').length > 255) return 'block_id is too long';
  switch (type) {
    case 'markdown':
      return typeof block['text'] === 'string' && block['text'] !== '' ? undefined : 'markdown without text';
    case 'section':
      return textProblem(block['text'], 3000, ['mrkdwn', 'plain_text']);
    case 'header':
      return textProblem(block['text'], 150, ['plain_text']);
    case 'context':
      return contextProblem(listOf(block['elements']));
    case 'actions':
      return actionsProblem(listOf(block['elements']));
    case 'input':
      return inputProblem(block);
    default:
      return undefined;
  }
}

function contextProblem(elements: readonly Json[]): string | undefined {
  if (elements.length < 1 || elements.length > 10) return 'context needs 1 to 10 elements';
  return elements.map((element) => textProblem(element, 2000, ['mrkdwn', 'plain_text'])).find(Boolean);
}

function actionsProblem(elements: readonly Json[]): string | undefined {
  if (elements.length < 1 || elements.length > 25) return 'actions needs 1 to 25 elements';
  return elements.map((element) => elementProblem(element)).find(Boolean);
}

function inputProblem(block: Json): string | undefined {
  const label = textProblem(block['label'], 2000, ['plain_text']);
  if (label !== undefined) return `label: ${label}`;
  const hint = block['hint'] === undefined ? undefined : textProblem(block['hint'], 2000, ['plain_text']);
  if (hint !== undefined) return `hint: ${hint}`;
  return isObject(block['element']) ? elementProblem(block['element']) : 'input without element';
}

function elementProblem(element: Json): string | undefined {
  const type = String(element['type']);
  if (String(element['action_id'] ?? '').length > 255) return 'action_id is too long';
  if (type === 'button') return buttonProblem(element);
  if (type === 'plain_text_input')
    return Number(element['max_length'] ?? 0) > 3000 ? 'max_length is over 3000' : undefined;
  const most = { radio_buttons: 10, checkboxes: 10, static_select: 100, multi_static_select: 100 }[type];
  if (most === undefined) return `unknown element ${type}`;
  const options = listOf(element['options']);
  if (options.length < 1 || options.length > most) return `${type} needs 1 to ${most} options`;
  return options.map((option) => optionProblem(option)).find(Boolean);
}

function buttonProblem(element: Json): string | undefined {
  const text = textProblem(element['text'], 75, ['plain_text']);
  if (text !== undefined) return text;
  if (String(element['value'] ?? '').length > 2000) return 'value is over 2000';
  const style = element['style'];
  return style === undefined || style === 'primary' || style === 'danger' ? undefined : 'unknown style';
}

function optionProblem(option: Json): string | undefined {
  if (String(option['value'] ?? '').length > 75) return 'option value is over 75';
  const about = option['description'];
  const description = about === undefined ? undefined : textProblem(about, 75, ['plain_text']);
  return description ?? textProblem(option['text'], 75, ['plain_text', 'mrkdwn']);
}

function textProblem(text: unknown, longest: number, types: readonly string[]): string | undefined {
  if (!isObject(text)) return 'no text object';
  if (!types.includes(String(text['type']))) return `text must be ${types.join(' or ')}`;
  const value = text['text'];
  if (typeof value !== 'string' || value === '') return 'text is empty';
  return value.length > longest ? `text is over ${longest}` : undefined;
}
