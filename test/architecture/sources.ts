import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** One file of the project, as far as rules look at it. */
export interface Source {
  /** From the root, e.g. `src/gateway/outbound/turns.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

export interface Import {
  /** From the root for our own files, the package's name for others (`node:` for what Node has). */
  readonly target: string;
  readonly own: boolean;
  /** `types`: gone at run time. `lazy`: loaded when it is called for. */
  readonly loading: 'at once' | 'lazy' | 'types';
}

/** All TypeScript of these folders; the page's scripts are no TypeScript and stand apart. */
export function readSources(folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readSource(posix.join(folder, name)))
      .sort((a, b) => a.path.localeCompare(b.path)),
  );
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return { path, text, lines: text.split('\n').length - 1, tree, imports: importsOf(tree, path) };
}

export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

function importsOf(tree: ts.SourceFile, path: string): readonly Import[] {
  const found: Import[] = [];
  visit(tree, (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined)
      found.push(importOf(node.moduleSpecifier, path, isTypeOnly(node) ? 'types' : 'at once'));
    if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.arguments[0]
    )
      found.push(importOf(node.arguments[0], path, 'lazy'));
  });
  return found;
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  return ts.isExportDeclaration(node)
    ? node.isTypeOnly
    : node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function importOf(specifier: ts.Expression, path: string, loading: Import['loading']): Import {
  const text = ts.isStringLiteral(specifier) ? specifier.text : specifier.getText();
  if (text.startsWith('.')) return { target: posix.join(posix.dirname(path), text), own: true, loading };
  if (text.startsWith('node:')) return { target: 'node:', own: false, loading };
  const [scope = '', name = ''] = text.split('/');
  return { target: scope.startsWith('@') ? `${scope}/${name}` : scope, own: false, loading };
}

/** `src/gateway/policy/pace.ts` lies in `src/gateway/policy`, `adapters/web/page.ts` in `adapters/web`, `src/cli.ts` in `src`. */
export function folderOf(path: string): string {
  return posix.dirname(path);
}

export interface FunctionSize {
  readonly path: string;
  readonly name: string;
  readonly lines: number;
}

/** Lines of each function with a body, empty lines left out. */
export function functionSizes({ tree, path }: Source): readonly FunctionSize[] {
  const sizes: FunctionSize[] = [];
  visit(tree, (node) => {
    const body = ts.isFunctionLike(node) && 'body' in node ? node.body : undefined;
    if (body === undefined || !ts.isBlock(body as ts.Node)) return;
    const lines = node
      .getText(tree)
      .split('\n')
      .filter((line) => line.trim() !== '').length;
    sizes.push({ path, name: nameOf(node), lines });
  });
  return sizes;
}

/** The name that a declaration, a variable or a property gives. */
export function nameOf(node: ts.Node): string {
  const named = 'name' in node ? (node.name as ts.Node | undefined) : undefined;
  if (named !== undefined) return named.getText();
  const { parent } = node;
  if (parent !== undefined && (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)))
    return parent.name.getText();
  return '(nameless)';
}
