import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { entrances, memory, type Row, roots, shared, table, writers } from './architecture/rules.ts';
import {
  folderOf,
  functionSizes,
  type Import,
  nameOf,
  readSources,
  root,
  type Source,
  visit,
} from './architecture/sources.ts';

const sources = readSources(['src', 'adapters', 'migrations']);
const tests = readSources(['test']);

/** Fails with the rule and everyone who breaks it: the text says what to do. */
function expectNone(broken: readonly string[], rule: string): void {
  if (broken.length > 0) expect.fail(`${rule}\n  ${broken.join('\n  ')}`);
}

function within(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

function rowOf(path: string): Row {
  const row = table.find(({ folder }) => within(path, [folder]));
  if (row === undefined)
    throw new Error(`${path} lies in no folder of the table in test/architecture/rules.ts`);
  return row;
}

test('folders import only what the table allows', () => {
  const broken = sources.flatMap(({ path, imports }) => {
    const { folder, own, outside } = rowOf(path);
    return imports
      .filter(
        (entry) => !(entry.own ? within(entry.target, [folder, ...own]) : outside.includes(entry.target)),
      )
      .map(
        ({ target }) =>
          `${path} imports ${target}; ${folder} may import ${[...own, ...outside].join(', ') || 'nothing'}`,
      );
  });
  expectNone(
    broken,
    'Who may import whom is fixed by test/architecture/rules.ts. Pass in what is needed from app.ts, or move the code to where its imports are allowed:',
  );
});

test('each wing of the gateway says what it is for and what it may not know', () => {
  const wings = table.map(({ folder }) => folder).filter((folder) => /^src\/gateway\/\w+$/.test(folder));
  const heads = wings.map(
    (folder) => [folder, readFileSync(join(root, folder, 'README.md'), 'utf8')] as const,
  );
  expectNone(
    heads.filter(([, text]) => !/^# \w+\n\n\*\*[^*]{20,}\*\*/.test(text)).map(([folder]) => folder),
    'A README.md there begins with what the wing is for, in bold, and goes on with what it may not know:',
  );
  expect(wings).toHaveLength(7);
});

test('an adapter knows no other adapter', () => {
  const broken = sources
    .filter(({ path }) => path.split('/').length > 2 && path.startsWith('adapters/'))
    .flatMap(({ path, imports }) => {
      const home = path.split('/').slice(0, 2).join('/');
      return imports
        .filter(({ target, own }) => own && target.startsWith('adapters/') && !within(target, [home]))
        .map(({ target }) => `${path} imports ${target}`);
    });
  expectNone(broken, 'What two adapters share belongs to src/core (a contract) or src/lib (no domain):');
});

test('each outside package is known to one folder', () => {
  const folders = new Map<string, Set<string>>();
  for (const { path, imports } of sources)
    for (const { target, own } of imports)
      if (!own && target !== 'node:' && !(target in shared))
        folders.set(target, (folders.get(target) ?? new Set()).add(rowOf(path).folder));
  const broken = [...folders]
    .filter(([, users]) => users.size > 1)
    .map(([name, users]) => `${name}: ${[...users].join(', ')}`);
  expectNone(broken, 'A second importer of a package wants a function of the first one’s folder instead:');
});

test('no platform is named in src', () => {
  const broken = sources
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          /slack|discord|telegram/i.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
        ),
    );
  expectNone(
    broken,
    'What is true of one platform only belongs into its adapter, as a capability or an ability:',
  );
});

test('what is pure asks neither Node, nor the clock, nor chance', () => {
  const impure =
    /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|performance\.|process\.\w|fetch\(|crypto\.)/;
  const broken = sources
    .filter(({ path }) => rowOf(path).pure === true)
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (impure.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
  expectNone(
    broken,
    'src/core, src/render and src/gateway/policy do no I/O; pass in the time, the id or the result:',
  );
});

test('no circle of imports', () => {
  const edges = new Map(
    sources.map(({ path, imports }) => [path, imports.filter(({ own }) => own).map(({ target }) => target)]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const next of edges.get(path) ?? []) walk(next, [...way, path]);
    state.set(path, 'done');
  };
  for (const path of edges.keys()) walk(path, []);
  expectNone(circles, 'Files that need each other are one file, or lack a third that both need:');
});

/** Contracts are words that everyone shares, and types are gone at run time; what is left is a part put to use. */
function isPart({ own, loading, target }: Import): boolean {
  return own && loading !== 'types' && !target.startsWith('src/core/');
}

test.each(entrances)('$file loads at once only $packages', ({ file, packages }) => {
  const ways = waysFrom(file);
  const broken = sources
    .flatMap(({ path, imports }) => imports.map((entry) => ({ path, ...entry })))
    .filter(
      ({ path, own, loading, target }) =>
        ways.has(path) && !own && loading === 'at once' && !packages.includes(target),
    )
    .map(({ path, target }) => `${[...(ways.get(path) ?? []), target].join(' → ')}`);
  expectNone(
    broken,
    `${file} is loaded by every command, and by processes that use one platform of several. Import what is heavy where it is called for, with await import():`,
  );
});

/** What is loaded with a file, each with the way that leads to it. */
function waysFrom(file: string): ReadonlyMap<string, readonly string[]> {
  const ways = new Map([[file, [file]]]);
  for (const [path, way] of ways) {
    const imports = sources.find((source) => source.path === path)?.imports ?? [];
    for (const { own, loading, target } of imports)
      if (own && loading === 'at once' && !ways.has(target)) ways.set(target, [...way, target]);
  }
  return ways;
}

test('no file knows everything', () => {
  const broken = sources
    .filter(({ path }) => !roots.includes(path))
    .map(({ path, imports }) => ({
      path,
      own: imports.filter(isPart).length,
    }))
    .filter(({ own }) => own > 10)
    .map(({ path, own }) => `${path} imports ${own} files of ours`);
  expectNone(
    broken,
    `Only ${roots.join(', ')} bring many parts together; elsewhere more than 10 is a god file in the making:`,
  );
});

test('each table has one writing file', () => {
  const builder = /\.(?:insertInto|updateTable|deleteFrom|mergeInto|replaceInto)\(\s*['"](\w+)/g;
  const raw =
    /\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?"?(\w+)"?(?=\s+set\b|\s*\(|\s+where\b|\s+values\b|\s+as\b|\s+select\b|\s*[`;])/gi;
  const broken = sources
    .filter(({ path }) => !path.startsWith('migrations/'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(builder), ...text.matchAll(raw)]
        .map(([, name = '']) => name.toLowerCase())
        .filter((name) => (path.startsWith('src/store/') || name in writers) && writers[name] !== path)
        .map(
          (name) =>
            `${path} writes ${name}, which is for ${writers[name] ?? 'nobody: add it to the list of writers'}`,
        ),
    );
  expectNone(broken, 'Call the table’s file instead; it is listed in test/architecture/rules.ts:');
});

test('the listed writers are those of the schema', () => {
  const schema = sources.find(({ path }) => path === 'src/store/tables.ts');
  const tables = /interface Tables \{([^}]*)\}/.exec(schema?.text ?? '')?.[1]?.matchAll(/(\w+): /g) ?? [];
  expect([...tables].map(([, name]) => name).sort()).toEqual(Object.keys(writers).sort());
});

test('each map in memory has one owner and a purpose', () => {
  const found = sources
    .filter(({ path }) => within(path, ['src/gateway', 'src/opencode', 'src/store', 'src/lib', 'adapters']))
    .flatMap(emptyCollections);
  const listed = Object.keys(memory);
  expectNone(
    found.filter((name) => !listed.includes(name)),
    'State in memory is lost by a crash and unknown to other replicas. Derive it, store it, or (a local one) build it from what it holds; else list it in test/architecture/rules.ts with its purpose:',
  );
  expectNone(
    listed.filter((name) => !found.includes(name)),
    'These are listed in test/architecture/rules.ts and no longer there; take them off the list:',
  );
});

/** `path:name` of each Map, Set and WeakMap that is made empty, to be filled later. */
function emptyCollections({ path, tree }: Source): readonly string[] {
  const names: string[] = [];
  visit(tree, (node) => {
    if (!ts.isNewExpression(node) || !/^(Weak)?(Map|Set)$/.test(node.expression.getText())) return;
    if ((node.arguments?.length ?? 0) === 0) names.push(`${path}:${nameOf(node)}`);
  });
  return names;
}

test('files are short, and most are shorter', () => {
  const lines = sources.map((source) => source.lines).sort((a, b) => a - b);
  expectNone(
    sources.filter((source) => source.lines > 300).map((source) => `${source.path}: ${source.lines} lines`),
    'At most 300 lines a file, one concept each:',
  );
  expect(lines[Math.floor(lines.length / 2)], 'median of lines').toBeLessThan(130);
});

test('a file that takes more than one look says at its head what it is for', () => {
  const broken = sources
    .filter(({ lines, text }) => lines > 60 && !/^(?:#!.*\n+)?\/\*\*/.test(text))
    .map(({ path, lines }) => `${path}: ${lines} lines`);
  expectNone(broken, 'Begin it with one or two sentences: what for, and what would surprise a reader:');
});

test('functions are short, and most are shorter', () => {
  const sizes = sources.flatMap(functionSizes);
  expectNone(
    sizes
      .filter(({ lines }) => lines > 60)
      .map(({ path, name, lines }) => `${path}: ${name} has ${lines} lines`),
    'At most 60 lines a function:',
  );
  const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length * 0.9)], 'nine of ten functions').toBeLessThanOrEqual(30);
});

test('nothing at the top of a module changes', () => {
  const broken = sources.flatMap(({ path, tree }) =>
    tree.statements
      .filter(ts.isVariableStatement)
      .filter(({ declarationList }) => (declarationList.flags & ts.NodeFlags.Const) === 0)
      .map((statement) => `${path}: ${statement.getText().split('\n')[0]}`),
  );
  expectNone(
    broken,
    'State belongs to what a createX() returns, so that two of them can live in one process:',
  );
});

test('an id gets its kind in one file, and keeps it wherever it is handed on', () => {
  const home = 'src/core/ids.ts';
  const kinds = [
    ...(sources.find(({ path }) => path === home)?.text ?? '').matchAll(/export type (\w+) = Id</g),
  ];
  expect(kinds.length).toBeGreaterThan(4);
  const cast = new RegExp(`\\bas (?:${kinds.map(([, kind]) => kind).join('|')})\\b`);
  expectNone(
    [...sources, ...tests]
      .filter(({ path, text }) => path !== home && cast.test(text))
      .map(({ path }) => path),
    `Call the maker of ${home} where the id comes in from outside; elsewhere take the kind it has:`,
  );
  // Parameters and properties of these names. The demo plays the model, which has no ids of ours.
  const bare =
    /\b(?:thread|session|prompt|joins|request)\??: number\b|\binbox\??: number[,)]|\b(?:session|serverSession|messageId)\??: string\b/;
  expectNone(
    sources
      .filter(({ path, text }) => !path.startsWith('src/demo/') && bare.test(text))
      .map(({ path }) => path),
    `An id has a type of its own in ${home}; a bare number or text takes any of them:`,
  );
});

test('classes are errors, exports have names', () => {
  const broken = sources.flatMap(({ path, tree }) => {
    const lines: string[] = [];
    visit(tree, (node) => {
      if (ts.isClassLike(node) && !node.heritageClauses?.some((clause) => /Error\b/.test(clause.getText())))
        lines.push(`${path}: class ${nameOf(node)} is no error; write createX(deps)`);
      if (ts.isExportAssignment(node)) lines.push(`${path}: has a default export`);
      const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
      if (modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword))
        lines.push(`${path}: has a default export`);
    });
    return lines;
  });
  expectNone(broken, 'Closures for things, classes for errors only, named exports:');
});

test('files are nouns', () => {
  const words = /(^|-)(manager|service|handler|helper|helpers|util|utils|common|misc)(-|\.|$)/;
  const broken = [...sources, ...tests]
    .map(({ path }) => path)
    .filter((path) => words.test(posix.basename(path)));
  expectNone(broken, 'A file is named after the concept in it, not after its being code:');
});

test('the environment is read in one place', () => {
  const broken = sources
    .filter(({ path, text }) => path !== 'src/config.ts' && /process\.env/.test(text))
    .map(({ path }) => path);
  expectNone(broken, 'src/config.ts alone reads process.env; take the value from Config:');
});

test('no error is swallowed', () => {
  const broken = sources.flatMap(({ path, text }) =>
    [
      ...text.matchAll(
        /\.catch\(\(\)\s*=>\s*(\{\s*\}|undefined|null|void 0)\s*,?\s*\)|catch(?:\s*\(\w+\))?\s*\{\s*\}/g,
      ),
    ].map(([match]) => `${path}: ${match}`),
  );
  expectNone(broken, 'Act on it, pass it on, or log it with what it means:');
});

test('tests use the real thing', () => {
  const mocks = new RegExp(['vi', '(mock|doMock|hoisted)\\('].join('\\.'));
  expectNone(
    tests.filter(({ text }) => mocks.test(text)).map(({ path }) => path),
    'Pass a stand-in in; nothing is replaced behind a module’s back:',
  );
});

test('versions are exact, and the agent server and its SDK are of one version', () => {
  const {
    dependencies,
    devDependencies,
  }: Record<'dependencies' | 'devDependencies', Record<string, string>> = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  expectNone(
    loose.map(([name, version]) => `${name} ${version}`),
    'Dependencies are pinned to one version:',
  );
  expect(
    dependencies['opencode-ai'],
    'opencode-ai and @opencode-ai/sdk are raised together, then npm run record',
  ).toBe(dependencies['@opencode-ai/sdk']);
});

test('every folder of ours has a row in the table', () => {
  const folders = new Set(sources.map(({ path }) => folderOf(path)));
  for (const folder of folders) expect(() => rowOf(`${folder}/x.ts`)).not.toThrow();
  expect(table.filter(({ folder }) => !sources.some(({ path }) => path.startsWith(`${folder}/`)))).toEqual(
    [],
  );
});

test('adapters are given time and chance where they are put together', () => {
  const roots = /^adapters\/\w+\/(index|parts|site)\.ts$/;
  const broken = sources
    .filter(({ path }) => path.startsWith('adapters/') && !roots.test(path))
    .filter(({ text }) =>
      /\b(Date\.now|Math\.random|performance\.now|setTimeout|setInterval|systemClock)\b/.test(text),
    )
    .map(({ path }) => path);
  expectNone(broken, 'Take `clock` and `random` from the parts, so that a test can pass its own:');
});
