import { expect, test } from 'vitest';
import type { Question } from '../../../src/core/agent.ts';
import { answersIn } from '../../../src/gateway/inbound/replies.ts';

const colour: Question = {
  header: 'Colour',
  question: 'Which colour?',
  options: ['Deep blue', 'Red'].map((label) => ({ label, description: '' })),
  multiple: false,
  custom: true,
};
const sizes: Question = {
  header: '',
  question: 'Which sizes?',
  options: ['S', 'M'].map((label) => ({ label, description: '' })),
  multiple: true,
  custom: false,
};

test('one question takes all of the words, and a choice by its label or its number', () => {
  expect(answersIn(' deep BLUE ', [colour])).toEqual({ answers: [['Deep blue']] });
  expect(answersIn('2.', [colour])).toEqual({ answers: [['Red']] });
  expect(answersIn('as the sky\nbut darker', [colour])).toEqual({ answers: [['as the sky\nbut darker']] });
  expect(answersIn('7', [colour])).toEqual({ answers: [['7']] });
});

test('several choices stand with commas', () => {
  expect(answersIn('m, 1', [sizes])).toEqual({ answers: [['M', 'S']] });
});

test('what is none of the choices is told, with the choices', () => {
  expect(answersIn('m, *huge*', [sizes])).toMatchInlineSnapshot(`
    {
      "missing": "Nothing was answered yet: "m, \\*huge\\*" is none of the choices for Which sizes. They are: 1. S, 2. M.",
    }
  `);
});

test('a line for each question, and else what is missing', () => {
  expect(answersIn('red\n\n S', [colour, sizes])).toEqual({ answers: [['Red'], ['S']] });
  expect(answersIn('red', [colour, sizes])).toMatchInlineSnapshot(`
    {
      "missing": "Nothing was answered yet: the card has 2 questions and your reply has one line. Not answered: Which sizes. Reply to it with one line for each: Colour, then Which sizes. Or use its form.",
    }
  `);
  expect(answersIn('red\nS\nM', [colour, sizes])).toMatchInlineSnapshot(`
    {
      "missing": "Nothing was answered yet: the card has 2 questions and your reply has 3 lines. Reply to it with one line for each: Colour, then Which sizes. Or use its form.",
    }
  `);
});
