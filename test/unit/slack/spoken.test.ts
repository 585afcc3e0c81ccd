import { describe, expect, test } from 'vitest';
import { filesIn, sharedIn, spokenText } from '../../../adapters/slack/spoken.ts';
import { read, said } from '../../../adapters/slack/wire.ts';

const message = (more: Record<string, unknown>) => read(said, { ts: '1.0', user: 'U1', ...more });
const spoken = (more: Record<string, unknown>) => spokenText(message(more));
const text = (words: string, style?: Record<string, boolean>) => ({ type: 'text', text: words, style });
const rich = (...elements: unknown[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});
const raw = (words: string) => ({ type: 'raw_text', text: words });
const table = {
  type: 'table',
  rows: [
    [raw('file'), raw('lines')],
    [rich(text('src/a|b.ts', { code: true })), { type: 'raw_number', value: 12 }],
  ],
};
const asMarkdown = '| file | lines |\n| --- | --- |\n| `src/a\\|b.ts` | 12 |';

describe('what somebody said', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a text', { text: 'hello' }, 'hello'],
    [
      'a text whose blocks say the same',
      { text: 'a *b*', blocks: [rich(text('a '), text('b', { bold: true }))] },
      'a *b*',
    ],
    ['a pasted table among the blocks', { text: 'see', blocks: [table] }, `see\n\n${asMarkdown}`],
    ['a pasted table below', { text: 'see', attachments: [{ blocks: [table] }] }, `see\n\n${asMarkdown}`],
    [
      'a pasted table alone',
      { text: '', attachments: [{ fallback: '[no preview]', blocks: [table] }] },
      asMarkdown,
    ],
    [
      'blocks without a text',
      { blocks: [rich(text('a < b '), { type: 'user', user_id: 'U2' })] },
      'a &lt; b <@U2>',
    ],
    [
      'a list, a quote and code',
      {
        blocks: [
          {
            type: 'rich_text',
            elements: [
              {
                type: 'rich_text_list',
                style: 'ordered',
                elements: [{ type: 'rich_text_section', elements: [text('one')] }],
              },
              { type: 'rich_text_quote', elements: [text('said')] },
              { type: 'rich_text_preformatted', elements: [text('const a = 1;')] },
            ],
          },
        ],
      },
      '1. one\n> said\n```\nconst a = 1;\n```',
    ],
    [
      'an alert of a program',
      {
        text: 'Alert',
        bot_id: 'B1',
        attachments: [
          {
            pretext: 'Prod',
            title: 'Disk full',
            title_link: 'https://a.b',
            text: '98 %',
            fields: [{ title: 'host', value: 'db1' }],
          },
        ],
      },
      'Alert\n\nProd\n<https://a.b|Disk full>\n98 %\nhost: db1',
    ],
    [
      'sections of a workflow',
      {
        text: '',
        bot_id: 'B1',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'New <bug>' } },
          { type: 'section', fields: [{ type: 'mrkdwn', text: '*by* <@U1>' }] },
        ],
      },
      'New &lt;bug&gt;\n\n*by* <@U1>',
    ],
    [
      'a block of a kind that is not known',
      { blocks: [{ type: 'tomorrow', title: 'Now', elements: [{ type: 'plain_text', text: 'and here' }] }] },
      'Now\nand here',
    ],
    [
      'a preview of a link is nobody’s words',
      {
        text: 'see <https://a.b>',
        attachments: [{ from_url: 'https://a.b', title: 'A page', text: 'its words' }],
      },
      'see <https://a.b>',
    ],
    ['nulls', { text: 'x', blocks: null, attachments: null, files: null, bot_id: null }, 'x'],
    [
      'what cannot be read beside it',
      { text: 'x', blocks: 5, attachments: 'y', files: {}, bot_id: 7, edited: 'no' },
      'x',
    ],
  ])('%s', (_, more, expected) => {
    expect(spoken(more)).toBe(expected);
  });

  test('messages that are passed on, by the menu or by a link, are not one’s own words, and bring their files', () => {
    const file = (id: string) => ({ id, name: `${id}.txt` });
    const one = message({
      text: 'look',
      files: [file('F1')],
      attachments: [
        { is_share: true, author_id: 'U2', text: 'first', files: [file('F2'), file('F1')] },
        {
          is_msg_unfurl: true,
          from_url: 'https://x.slack.com/1',
          message_blocks: [{ message: { blocks: [rich(text('second'))] } }],
        },
      ],
    });
    expect(spokenText(one)).toBe('look');
    expect(sharedIn(one).map(({ text: words }) => words)).toEqual(['first', 'second']);
    expect(filesIn(one).map(({ id }) => id)).toEqual(['F1', 'F2']);
    expect(filesIn(message({ files: [{ name: 'no id' }] })).map(({ id }) => id)).toEqual(['unreadable']);
  });

  test('blocks within blocks without end are read to a depth', () => {
    let block: unknown = { type: 'section', text: { type: 'plain_text', text: 'deep' } };
    for (let depth = 0; depth < 200; depth += 1) block = { type: 'container', elements: [block] };
    expect(spoken({ text: 'x', blocks: [block] })).toBe('x');
  });
});
