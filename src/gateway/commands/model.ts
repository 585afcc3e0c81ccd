import { pickerCommand } from './picker.ts';

export const model = pickerCommand({
  name: 'model',
  description: 'Which model answers here from now on',
  namesOf: ({ models }) => models,
});
