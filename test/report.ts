/** What a run does not say by itself: tests that needed a second try, why others were skipped, the slowest files. */
import type { Reporter, TestCase, TestModule } from 'vitest/node';

const mostFiles = 10;

export default class Report implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    print(
      'needed a second try',
      tests.filter(isSecondTry).map(({ fullName, module }) => `${module.relativeModuleId}: ${fullName}`),
    );
    print(
      'skipped',
      [...reasonsOf(tests)].map(([reason, count]) => `${count} × ${reason}`),
    );
    const slowest = modules
      .map((module) => ({ name: module.relativeModuleId, ms: module.diagnostic().duration }))
      .toSorted((a, b) => b.ms - a.ms)
      .slice(0, mostFiles);
    print(
      'slowest files',
      slowest.map(({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(6)} s  ${name}`),
    );
  }
}

function isSecondTry(test: TestCase): boolean {
  return (test.diagnostic()?.retryCount ?? 0) > 0 && test.ok();
}

function reasonsOf(tests: readonly TestCase[]): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>();
  for (const test of tests) {
    const result = test.result();
    if (result.state !== 'skipped') continue;
    const reason = result.note ?? test.fullName.split(' > ', 1)[0] ?? 'no reason';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return new Map([...reasons].toSorted((a, b) => b[1] - a[1]));
}

function print(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  console.log(`\n${title} (${lines.length}):`);
  for (const line of lines) console.log(`  ${line}`);
}
