import { type ServerSessionId, serverSessionId } from '../../src/core/ids.ts';
import { emptyTurn, reduce, type Turn } from '../../src/core/turn.ts';
import { createEventFeed } from '../../src/opencode/v1/feed.ts';
import { eventFrames } from '../../src/opencode/v1/frames.ts';
import { createStreamMemory, learn } from '../../src/opencode/v1/stream-memory.ts';
import { payloadsOf } from '../unit/opencode/v1/replay.ts';

const recordings = ['stream', 'long', 'shell', 'edit', 'subagent', 'todo'];
const rounds = 40;

/** Parse, normalize and reduce each event of the recordings against bare JSON parsing of the same text. */
export async function benchEvents(): Promise<readonly string[]> {
  const frames = recordings.flatMap((name) => payloadsOf(name).map((event) => JSON.stringify(event)));
  const sessions = new Set(recordings.flatMap(rootsOf));
  const ratios = Array.from({ length: rounds }, () => {
    const bare = timed(() => {
      for (const frame of frames) JSON.parse(frame);
    });
    const whole = timed(() => consume(frames, sessions));
    return { bare, whole };
  }).slice(rounds / 4);
  const bare = median(ratios.map((round) => round.bare)) / frames.length;
  const whole = median(ratios.map((round) => round.whole)) / frames.length;
  const speed = median(ratios.map((round) => round.bare / round.whole));
  const verdict = speed >= 0.5 ? 'holds' : 'MISSED';
  return [
    `events: ${frames.length} of ${recordings.length} recordings, ${rounds} rounds, median`,
    `  bare JSON.parse           ${(bare * 1000).toFixed(2)} µs an event`,
    `  parse, normalize, reduce  ${(whole * 1000).toFixed(2)} µs an event`,
    `  speed against bare        ${speed.toFixed(2)} × (wanted: at least 0.5 ×: ${verdict})`,
  ];
}

function rootsOf(name: string): readonly ServerSessionId[] {
  return payloadsOf(name).flatMap(({ payload }) =>
    payload.type === 'session.created' && payload.properties.info.parentID === undefined
      ? [serverSessionId(payload.properties.sessionID)]
      : [],
  );
}

function consume(frames: readonly string[], sessions: ReadonlySet<ServerSessionId>): Turn {
  const memory = createStreamMemory();
  for (const session of sessions) memory.tracked.add(session);
  let turn: Turn = emptyTurn;
  const feed = createEventFeed({
    memory,
    emit: (event) => {
      turn = reduce(turn, event);
    },
    resolve: async ({ session }) => learn(memory, session, undefined),
    awaitEnd: () => {},
    awaitCall: () => {},
    disposed: () => {},
    overflown: () => {},
  });
  for (const frame of frames) {
    const event = eventFrames.parse(frame);
    if (event !== undefined) feed.receive(event.directory, event.payload);
  }
  return turn;
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this share of the values lies; NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
