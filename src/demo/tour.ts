/** The tour: what a newcomer can press to see what a thread does. */

interface Suggestion {
  /** The word on the chip; the script goes by it. */
  readonly label: string;
  /** What is said for the person who presses it. Holds no second word of the tour. */
  readonly text: string;
}

export const tour = [
  { label: 'stream', text: 'stream: show me how Markdown looks' },
  { label: 'shell', text: 'shell: run a command, and ask me first' },
  { label: 'edit', text: 'edit: fix the bug in src/date.ts' },
  { label: 'question', text: 'question: ask me what you need to know' },
  { label: 'todo', text: 'todo: make a plan and work through it' },
  { label: 'subagent', text: 'subagent: let somebody else look around' },
  { label: 'error', text: 'error: show me what happens when the provider fails' },
  { label: 'long', text: 'long: tell me all about dates' },
] as const satisfies readonly Suggestion[];

/** The answer to anything else. */
export const hint = `I am a scripted model: I follow plain words. Say one of these, anywhere in a message:

${tour.map(({ label, text }) => `- **${label}**: ${text.slice(label.length + 2)}`).join('\n')}`;
