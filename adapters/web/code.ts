import type { Element, ElementContent } from 'hast';
import { common, createLowlight } from 'lowlight';
import { kindsOf } from './diff-lines.ts';

/** Highlighting takes time in proportion: longer code stays plain. */
const longest = 20_000;

const lowlight = createLowlight(common);

/** Code with a heading that names its language and a button that copies it. */
export function codeBlock(language: string, code: string): Element {
  const text = code.replace(/\n$/, '');
  const inner = isDiff(language) ? diffLines(text) : highlighted(language, text);
  const heading = element('figcaption', {}, [
    element('span', {}, [{ type: 'text', value: language }]),
    element('button', { type: 'button', className: ['copy'] }, [{ type: 'text', value: 'Copy' }]),
  ]);
  const body = element('pre', { tabIndex: 0 }, [element('code', {}, inner)]);
  return element('figure', { className: ['code', ...(isDiff(language) ? ['diff'] : [])] }, [heading, body]);
}

function highlighted(language: string, code: string): ElementContent[] {
  if (language === '' || code.length > longest || !lowlight.registered(language))
    return [{ type: 'text', value: code }];
  return lowlight.highlight(language, code).children.filter((node) => node.type !== 'doctype');
}

const isDiff = (language: string) => language === 'diff' || language === 'patch';

/** One block for each line, so that its colour reaches from edge to edge; the text copies as it was. */
function diffLines(code: string): ElementContent[] {
  return kindsOf(code.split('\n')).map(([line, kind]) =>
    element('span', { className: kind === 'same' ? ['line'] : ['line', kind] }, [
      { type: 'text', value: `${line}\n` },
    ]),
  );
}

export function element(
  tagName: string,
  properties: Element['properties'],
  children: ElementContent[],
): Element {
  return { type: 'element', tagName, properties, children };
}
