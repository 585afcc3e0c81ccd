import { eventually } from '../../harness.ts';

/** One thread of one platform, as a person uses it. */
export interface Spot {
  readonly name: string;
  say(text: string): Promise<void>;
  /** Everything that stands in the thread now. */
  read(): Promise<string>;
  /** Waits for the button, presses it, and sees that the press was heard. */
  press(label: string): Promise<void>;
  /** Answers the two questions of the scripted model in the platform's form: names of two options. */
  answer(format: string, places: string): Promise<void>;
}

/** The longest wait for one turn, milliseconds: 32 of them share the machine. */
const patienceMs = 400_000;

/** Waits until this many turns have ended there, and nothing can be stopped or decided any more. */
export async function settled(spot: Spot, turns: number): Promise<string> {
  const seen = { last: '' };
  return eventually(
    `${turns} turns end in ${spot.name}`,
    async () => {
      seen.last = await spot.read();
      const ended = seen.last.match(/scripted · build/g)?.length ?? 0;
      return ended === turns && !/\[(Stop|Allow once|Answer)\]/.test(seen.last) ? seen.last : undefined;
    },
    patienceMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${seen.last}`);
  });
}
