import { expect, test } from 'vitest';
import type { Form, OutboundMessage } from '../../../src/core/channel.ts';
import { createForms, formsOf } from '../../../src/lib/forms.ts';
import { memoryDocuments } from '../../fake/documents.ts';

const formOf = (token: string): Form => ({
  token,
  title: 'Title',
  submit: 'Send',
  fields: [
    {
      id: 'why',
      label: 'Why?',
      options: [{ label: 'So', description: '' }],
      multiple: false,
      custom: true,
      required: true,
    },
  ],
});

const lifeMs = 1000;

test('a form that was kept is known to the next process, until its life is over', async () => {
  const documents = memoryDocuments();
  await createForms(documents, lifeMs).keep([formOf('a')], 5000);
  const forms = createForms(documents, lifeMs);
  await forms.prune(6000);
  expect(await forms.get('a')).toEqual(formOf('a'));
  await forms.prune(6001);
  expect([await forms.get('a'), await documents.list('forms')]).toEqual([undefined, []]);
});

test('a message that is shown again writes nothing, and does not prolong its forms', async () => {
  const documents = memoryDocuments();
  const forms = createForms(documents, lifeMs);
  await forms.keep([formOf('a'), formOf('b')], 0);
  await forms.keep([formOf('b'), formOf('a')], 900);
  expect(documents.writes.count).toBe(2);
  await forms.prune(1001);
  expect(await forms.get('b')).toBeUndefined();
});

test('what no form of ours is any more is forgotten, and no form meanwhile', async () => {
  const documents = memoryDocuments();
  await documents.put('forms', 'old', { at: 1, form: { token: 'old' } });
  const forms = createForms(documents, lifeMs);
  expect(await forms.get('old')).toBeUndefined();
  await forms.prune(1);
  expect(await documents.list('forms')).toEqual([]);
});

test('forms of a message: behind its buttons, and the open one', () => {
  const button = { label: 'Press', token: 'plain', style: 'plain' } as const;
  const message: OutboundMessage = {
    kind: 'request',
    markdown: 'Which?',
    buttons: [button, { ...button, form: formOf('behind') }],
    form: formOf('open'),
    live: false,
    silent: false,
  };
  expect(formsOf(message).map(({ token }) => token)).toEqual(['behind', 'open']);
});
