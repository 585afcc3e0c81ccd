/** The candidate that was probably meant, if one is near enough: two slips at most, one in a short word. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const allowed = word.length < 6 ? 1 : 2;
  const [best] = candidates
    .map((candidate) => ({ candidate, slips: slips(word, candidate) }))
    .filter((found) => found.slips <= allowed)
    .sort((a, b) => a.slips - b.slips);
  return best?.candidate;
}

/** Candidates with at most so many slips, the nearest first. */
export function near(word: string, candidates: readonly string[], most: number): readonly string[] {
  return candidates
    .map((candidate) => ({ candidate, slips: slips(word, candidate) }))
    .filter((found) => found.slips <= most)
    .sort((a, b) => a.slips - b.slips)
    .map(({ candidate }) => candidate);
}

/** The one name that says the same with parts in between, as A_SERVER_B is for A_B. */
export function fuller(name: string, candidates: readonly string[]): string | undefined {
  const parts = name.split('_');
  if (parts.length < 2) return undefined;
  return candidates.find((candidate) => {
    const whole = candidate.split('_');
    if (whole.length <= parts.length || whole[0] !== parts[0] || whole.at(-1) !== parts.at(-1)) return false;
    let at = 0;
    for (const part of whole) if (part === parts[at]) at += 1;
    return at === parts.length;
  });
}

/** Letters added, left out, changed or swapped with the next (optimal string alignment). */
function slips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) rows.push(nextRow(a, b, row, rows));
  return rows.at(-1)?.at(-1) ?? 0;
}

function nextRow(a: string, b: string, row: number, rows: readonly (readonly number[])[]): number[] {
  const [above, twoAbove] = [rows[row - 1] ?? [], rows[row - 2] ?? []];
  const result = [row];
  for (let column = 1; column <= b.length; column += 1) {
    const same = a[row - 1] === b[column - 1];
    const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
    const changed = (above[column - 1] ?? 0) + (same ? 0 : 1);
    const moved = Math.min((above[column] ?? 0) + 1, (result[column - 1] ?? 0) + 1);
    result.push(
      Math.min(changed, moved, swapped ? (twoAbove[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY),
    );
  }
  return result;
}
