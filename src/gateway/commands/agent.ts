import { pickerCommand } from './picker.ts';

export const agent = pickerCommand({
  name: 'agent',
  description: 'Which agent works here from now on',
  namesOf: ({ agents }) => agents.map(({ name }) => name),
});
