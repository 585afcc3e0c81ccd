import { relative } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** What is done with its error is said there and then. */
function isCaught({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && expression.name.text === 'catch';
}

/** The linter does not see through values that are passed in; the compiler does. */
test('no promise is dropped: it is awaited, returned, or marked with void', { timeout: 120_000 }, () => {
  const root = process.cwd();
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(fileNames, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const dropped: string[] = [];
  const visit = (node: ts.Node, file: ts.SourceFile): void => {
    if (
      ts.isExpressionStatement(node) &&
      ts.isCallExpression(node.expression) &&
      !isCaught(node.expression)
    ) {
      const type = checker.getTypeAtLocation(node.expression);
      if (type.getProperty('then') !== undefined) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
        dropped.push(`${relative(root, file.fileName)}:${line + 1} ${node.getText(file).slice(0, 80)}`);
      }
    }
    ts.forEachChild(node, (child) => visit(child, file));
  };
  for (const file of program.getSourceFiles()) {
    const path = relative(root, file.fileName);
    if (/^(src|adapters|migrations|test)\//.test(path) && !file.isDeclarationFile) visit(file, file);
  }
  expect(dropped, 'Await it: what it says may be lost, and so may its error.').toEqual([]);
});
