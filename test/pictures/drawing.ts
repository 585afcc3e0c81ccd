import type { Entry } from './entries.ts';

/** How a platform looks, roughly: enough to recognise it. */
export interface Look {
  readonly title: string;
  readonly background: string;
  readonly ink: string;
  readonly faint: string;
  readonly code: string;
  readonly button: string;
  readonly accent: string;
  /** Messages stand in bubbles. */
  readonly bubble?: string;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The few marks that the stand-ins leave in their texts. */
function inline(text: string): string {
  return escaped(text)
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*\n]+)\*\*/g, '<b>$1</b>')
    .replace(/(^|\s)_([^_\n]+)_(?=\s|$)/gm, '$1<i>$2</i>')
    .replace(/\\([^\w\s])/g, '$1');
}

function line(text: string): string {
  return /^in \w+ · for /.test(text) ? small(text) : `<div>${inline(text)}</div>`;
}

function small(text: string): string {
  return `<div class="small">${inline(text)}</div>`;
}

function code(text: string): string {
  const coloured = text.split('\n').map((one) => {
    const kind = /^\+(?!\+\+)/.test(one) ? 'added' : /^-(?!--)/.test(one) ? 'removed' : '';
    return `<span class="${kind}">${escaped(one)}</span>`;
  });
  return `<pre>${coloured.join('\n')}</pre>`;
}

function bodyOf(text: string): string {
  return text
    .split(/(`{3,}\w*\n[\s\S]*?\n?`{3,})/)
    .map((part, at) => (at % 2 === 1 ? code(part.replace(/^`+\w*\n|\n?`+$/g, '')) : prose(part)))
    .join('');
}

function prose(text: string): string {
  const lines = text.split('\n').filter((one) => one.trim() !== '');
  return lines.map(line).join('');
}

function entry({ from, text, small: print, buttons }: Entry): string {
  const isAgent = /dragoman/i.test(from);
  const row = buttons.map((label) => {
    const kind = label === 'Allow once' ? 'first' : '';
    return `<button class="${kind}">${escaped(label)}</button>`;
  });
  return `<article class="${isAgent ? 'agent' : 'person'}"><span class="face">${from.slice(0, 1).toUpperCase()}</span>
    <div class="what"><b class="who">${escaped(isAgent ? 'Dragoman' : from)}</b>${bodyOf(text)}
    ${print === '' ? '' : print.split('\n').map(small).join('')}<div>${row.join(' ')}</div></div></article>`;
}

/** A page that shows a thread as the platform's own client would, roughly. */
export function drawing(look: Look, entries: readonly Entry[]): string {
  return `<!doctype html><meta charset="utf-8"><title>${look.title}</title><style>
    body { margin: 0; padding: 20px 24px; width: 640px; background: ${look.background}; color: ${look.ink};
      font: 15px/1.45 "Liberation Sans", "DejaVu Sans", sans-serif; }
    h1 { font-size: 14px; margin: 0 0 14px; padding-bottom: 10px; border-bottom: 1px solid ${look.faint}44; color: ${look.faint}; }
    article { display: flex; gap: 12px; margin: 0 0 12px; }
    .face { flex: none; width: 36px; height: 36px; border-radius: ${look.bubble === undefined ? '8px' : '50%'};
      background: ${look.faint}; color: ${look.background}; display: grid; place-items: center; font-weight: bold; }
    .agent .face { background: ${look.accent}; color: #fff; }
    .what { min-width: 0; }
    .what > div { margin: 2px 0; } .what { ${look.bubble === undefined ? '' : `background: ${look.bubble}; border-radius: 12px; padding: 8px 12px;`} }
    .who { display: block; }
    .agent .who { color: ${look.accent}; }
    .small { color: ${look.faint}; font-size: 13px; }
    code, pre { font: 13px/1.4 "DejaVu Sans Mono", monospace; background: ${look.code}; border-radius: 4px; padding: 1px 4px; }
    pre { padding: 8px 10px; margin: 6px 0; white-space: pre-wrap; }
    .added { color: #2e9e5b; } .removed { color: #d9534f; }
    button { font: inherit; font-size: 14px; margin: 6px 4px 0 0; padding: 4px 12px; border-radius: 6px;
      border: 1px solid ${look.faint}66; background: ${look.button}; color: ${look.ink}; }
    button.first { background: ${look.accent}; border-color: ${look.accent}; color: #fff; }
  </style><h1>${look.title}</h1>${entries.map(entry).join('')}`;
}
