import ts from 'typescript';
import { expect, test } from 'vitest';
import { readSources, type Source } from '../architecture/sources.ts';

/** What may stand in two files, each with its reason. What is under an adapter is a role that each platform fills. */
const allowed: Readonly<Record<string, string>> = {
  edit: 'a role of adapters, and a script of the demo, which are named after what they show',
};

const sources = readSources(['src', 'adapters']);

function exportsOf({ tree }: Source): readonly string[] {
  return tree.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return [];
    const isExported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (isExported !== true) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) =>
        ts.isIdentifier(name) ? [name.text] : [],
      );
    const named =
      ts.isFunctionDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isClassDeclaration(statement);
    return named && statement.name !== undefined ? [statement.name.text] : [];
  });
}

test('no exported name means two things in two files', () => {
  const files = new Map<string, readonly string[]>();
  for (const source of sources)
    for (const name of exportsOf(source)) files.set(name, [...(files.get(name) ?? []), source.path]);
  const twice = [...files]
    .filter(
      ([name, paths]) =>
        paths.length > 1 &&
        paths.some((path) => !path.startsWith('adapters/')) &&
        allowed[name] === undefined,
    )
    .map(([name, paths]) => `${name}: ${paths.join(', ')}`);
  expect(twice, 'Give one of them the word for what it is; README › Words').toEqual([]);
  expect(Object.keys(allowed).filter((name) => (files.get(name)?.length ?? 0) < 2)).toEqual([]);
});

test('a text is cut by core/clip.ts, which never cuts through a character', () => {
  const byHand = /\.slice\([^`\n]*\}…|…\$\{[^{}\n]*\.slice\(/;
  const broken = sources.filter(({ text, path }) => path !== 'src/core/clip.ts' && byHand.test(text));
  expect(broken.map(({ path }) => path)).toEqual([]);
});
