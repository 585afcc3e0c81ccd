import type { Finding } from '../core/diagnosis.ts';

/** All that was found about one part. */
export interface Section {
  /** `database`, `platform <id>`, … */
  readonly about: string;
  readonly findings: readonly Finding[];
}

/** Nothing that was found stops Dragoman from working. */
export function isWell(sections: readonly Section[]): boolean {
  return sections.every(({ findings }) => findings.every(({ state }) => state !== 'fail'));
}

const signs: Readonly<Record<Finding['state'], string>> = { ok: '✓', warn: '⚠', fail: '✗', skip: '·' };

/** As lines for a person. */
export function describeSection({ about, findings }: Section): readonly string[] {
  return [
    about,
    ...findings.flatMap(({ subject, state, sentence, fix }) => [
      `  ${signs[state]} ${subject}: ${sentence}`,
      ...(fix === undefined ? [] : [`      ${fix}`]),
    ]),
  ];
}

/** The last line. */
export function describeSum(sections: readonly Section[]): string {
  const count = (state: Finding['state']): number =>
    sections.reduce((sum, { findings }) => sum + findings.filter((one) => one.state === state).length, 0);
  const [failed, warned] = [count('fail'), count('warn')];
  const warnings = `${warned} ${warned === 1 ? 'warning' : 'warnings'}`;
  if (failed === 0) return warned === 0 ? 'All is well.' : `It works, with ${warnings}.`;
  return `${failed} ${failed === 1 ? 'thing keeps' : 'things keep'} Dragoman from working${warned === 0 ? '' : `, and ${warnings}`}.`;
}
