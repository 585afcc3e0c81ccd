import type { SetupGuide } from '../../src/core/setup.ts';

/** Nothing to do: the page is there by itself, also beside a chat platform. */
export const setup: SetupGuide = {
  name: 'Only the web page',
  hint: 'on this machine, no account needed',
  steps: [],
  afterwards: 'Open the address that Dragoman prints when it starts.',
};
