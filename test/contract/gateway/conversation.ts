/**
 * A conversation of five people in one thread of ours, over a working day: 200 messages, most of them among
 * themselves. Written down as it was meant: to the agent, to somebody, to everybody, or not for the agent at all.
 */

export interface Line {
  readonly by: string;
  readonly text: string;
  /** `agent`: it mentions us. `other`: it mentions somebody else, or answers them. `all`: it names nobody. */
  readonly to: 'agent' | 'other' | 'all';
}

const people = ['Ann', 'Ben', 'Carla', 'Deniz', 'Eli'] as const;

/** What was talked about, in turn; `>` begins what somebody is told, `@` what the agent is, `-` an aside. */
const talk = `
The build on main is red again since the merge of this morning
> could you look at the runner, it was yours last time
sure, give me ten minutes
it says no space left on device
that is the third time this month
> did the cleanup job run at all?
no, it was disabled in March
@ why does the date test fail on the runner and not here?
let us wait what it says
- lunch at one? the new place
> I can take the review of the parser
thanks
the parser has a test that sleeps, by the way
somebody should write that down
@ write the cause of the red build into docs/runner.md
good idea
> you had a script for that, no?
it is in the wiki, under runners
the wiki is down
of course it is
@ is there anything in the repository that deletes old images?
> that was my question as well
then we have the same one
the customer asks when 2.4 goes out
> tell them Thursday
Thursday is a holiday in two countries
Friday then
- do not tell the customer about the outage yet
> who is on call on Friday?
I am
@ list what changed since 2.3, in one line each
I would like to see that too
> your branch conflicts with mine
rebase it, I only moved files
moved which?
all of the adapters
that explains it
@ which of my tests import a moved file?
nice
> can you approve the pull request?
done
`;

/** The same talk goes on through the day, by other people each time. */
export function conversation(count: number): readonly Line[] {
  const lines = talk.trim().split('\n');
  return Array.from({ length: count }, (_, at) => {
    const line = lines[at % lines.length] ?? '';
    const by = people[(at * 7 + Math.floor(at / lines.length)) % people.length] ?? 'Ann';
    const said = `${line.replace(/^[>@-] /, '')} (${at})`;
    if (line.startsWith('@ ')) return { by, text: said, to: 'agent' };
    if (line.startsWith('- ')) return { by, text: `!aside ${said}`, to: 'all' };
    return { by, text: said, to: line.startsWith('> ') ? 'other' : 'all' };
  });
}
