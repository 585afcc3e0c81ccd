import { expect, it } from 'vitest';
import { mediaOf } from '../../../src/opencode/media.ts';

it('a model takes what it says of itself, and of sounds only those that its SDK passes on', () => {
  expect(mediaOf({ sdk: '@ai-sdk/anthropic', image: true, pdf: true })).toEqual([
    'image/png',
    'image/jpeg',
    'image/gif',
    'image/webp',
    'application/pdf',
  ]);
  expect(mediaOf({ sdk: '@ai-sdk/openai-compatible', audio: true })).toEqual(['audio/wav', 'audio/mpeg']);
  expect(mediaOf({ sdk: '@ai-sdk/google', audio: true })).toContain('audio/ogg');
  expect(mediaOf({})).toEqual([]);
});
