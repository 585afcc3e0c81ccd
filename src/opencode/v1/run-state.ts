/** When a run begins and when it is over. */
import type { ServerMessageId, ServerSessionId } from '../../core/ids.ts';
import type { Emit, Run } from './stream-memory.ts';

/** A sign of work: the server calls the session busy, or an unfinished message of it appeared. */
export function began(run: Run, root: ServerSessionId, emit: Emit): void {
  if (run.ending) settleRun(run, root, emit);
  if (run.running) return;
  run.running = true;
  run.failure = '';
  emit({ type: 'session-started', session: root });
}

/**
 * The server calls the session idle. On abort and on terminal errors it says so before the last message is
 * final (25 to 300 ms, measured), and says it again afterwards; the second time there is nothing left to do.
 * True: the last message is awaited, and somebody must call `settleRun` if it does not come.
 */
export function idled(run: Run, root: ServerSessionId, emit: Emit): boolean {
  if (!run.running || run.ending) return false;
  if (run.open.size === 0) {
    settleRun(run, root, emit);
    return false;
  }
  run.ending = true;
  return true;
}

/** A message of the root session is final. */
export function finished(run: Run, root: ServerSessionId, message: ServerMessageId, emit: Emit): void {
  run.open.delete(message);
  if (run.ending && run.open.size === 0) settleRun(run, root, emit);
}

export function settleRun(run: Run, root: ServerSessionId, emit: Emit): void {
  if (!run.running) return;
  run.running = false;
  run.ending = false;
  run.compacting = false;
  run.open.clear();
  emit({ type: 'session-settled', session: root });
}
