/** Which rule decides, and whether a server asks before it runs a command. */
import { describe, expect, it } from 'vitest';
import { effectOf, gateOf } from '../../../../src/opencode/v1/gate.ts';
import { askingAdvice } from '../../../../src/opencode/v1/permission.ts';
import { missingCalls } from '../../../../src/opencode/v1/probe.ts';

type RawAgent = Parameters<typeof gateOf>[0]['agents'][number];
type PermissionRule = Parameters<typeof effectOf>[0][number];

const rule = (permission: string, pattern: string, action: PermissionRule['action']): PermissionRule => ({
  permission,
  pattern,
  action,
});

const agent = (
  name: string,
  mode: RawAgent['mode'],
  permission: readonly PermissionRule[],
  hidden = false,
): RawAgent => ({
  name,
  mode,
  hidden,
  permission: [...permission],
  options: {},
});

const silent = [rule('*', '*', 'allow'), rule('doom_loop', '*', 'ask')];
const asking = [...silent, rule('*', '*', 'ask'), rule('read', '*', 'allow'), rule('read', '*.env', 'ask')];
const builtIn = ['invalid', 'bash', 'read', 'grep', 'edit', 'write', 'task', 'webfetch', 'skill'];

describe('which rule decides', () => {
  it('the last one that matches', () => {
    expect(effectOf(asking, 'bash', 'ls')).toBe('ask');
    expect(effectOf([...asking, rule('*', '*', 'allow')], 'bash', 'ls')).toBe('allow');
  });

  it('no rule at all asks', () => {
    expect(effectOf([], 'bash', 'ls')).toBe('ask');
  });

  it('a pattern with a blank and a star also matches the bare command', () => {
    const rules = [rule('bash', 'git *', 'allow')];
    expect(effectOf(rules, 'bash', 'git')).toBe('allow');
    expect(effectOf(rules, 'bash', 'git push')).toBe('allow');
    expect(effectOf(rules, 'bash', 'github')).toBe('ask');
  });

  it('dots and brackets in a pattern are themselves', () => {
    expect(effectOf([rule('read', '*.env', 'deny')], 'read', 'aXenv')).toBe('ask');
    expect(effectOf([rule('read', '*.env', 'deny')], 'read', 'a.env')).toBe('deny');
  });
});

const judged = (
  agents: readonly RawAgent[],
  tools: readonly string[] = builtIn,
  mcp: readonly string[] = [],
) => gateOf({ agents, tools, mcp });

describe('the gate', () => {
  it('is off where the configuration is silent, and everything that runs so is named', () => {
    expect(judged([agent('build', 'primary', silent)])).toEqual({
      gate: 'off',
      unasked: [
        ...['shell commands (build)', 'changes of files (build)', 'fetching web pages (build)'],
        ...[
          'web searches (build)',
          'code searches on the web (build)',
          'reaching outside of the project (build)',
        ],
        'reading .env files (build)',
      ],
    });
  });

  it('asks where everything that acts asks', () => {
    expect(judged([agent('build', 'primary', asking), agent('general', 'subagent', asking)])).toEqual({
      gate: 'asks',
      unasked: [],
    });
  });

  it('is off where only a sub-agent, even a hidden one, runs commands unasked', () => {
    const open = [...asking, rule('bash', '*', 'allow')];
    const agents = [agent('build', 'primary', asking), agent('ghost', 'subagent', open, true)];
    expect(judged(agents)).toEqual({ gate: 'off', unasked: ['shell commands (ghost)'] });
  });

  it('is off where commands ask and any file is changed unasked', () => {
    expect(judged([agent('build', 'primary', [...asking, rule('edit', '*', 'allow')])])).toEqual({
      gate: 'off',
      unasked: ['changes of files (build)'],
    });
  });

  it('names each pattern that is let through, and none that a later rule takes back', () => {
    const some = [
      ...asking,
      ...[
        rule('bash', 'git status*', 'allow'),
        rule('bash', 'touch *', 'allow'),
        rule('bash', 'rm *', 'allow'),
      ],
      ...[rule('bash', 'rm *', 'ask'), rule('bash', 'git *', 'deny'), rule('bash', 'ls?', 'allow')],
      ...[rule('edit', 'docs/*', 'allow'), rule('external_directory', '/srv/other/*', 'allow')],
      rule('external_directory', '/home/a/.local/share/opencode/tool-output/*', 'allow'),
    ];
    expect(judged([agent('build', 'primary', some)])).toEqual({
      gate: 'partly',
      unasked: [
        ...['shell commands like touch * (build)', 'shell commands like ls? (build)'],
        ...[
          'changes of files like docs/* (build)',
          'reaching outside of the project like /srv/other/* (build)',
        ],
      ],
    });
  });

  it('is off where a rule for all but a few lets commands through', () => {
    const most = [...asking, rule('bash', '*', 'allow'), rule('bash', 'rm *', 'ask')];
    expect(judged([agent('build', 'primary', most)]).gate).toBe('off');
  });

  it('names tools that are not built in, for they never ask, and those that took the name of one that is', () => {
    const agents = [
      agent('build', 'primary', asking),
      agent('plan', 'primary', [...asking, rule('deploy', '*', 'deny')]),
    ];
    expect(judged(agents, [...builtIn, 'deploy', 'bash'])).toEqual({
      gate: 'partly',
      unasked: [
        'the tool deploy, which is not built in (build)',
        'the tool bash, which is not built in (every agent)',
      ],
    });
    expect(judged([agent('build', 'primary', asking)], undefined).gate).toBe('asks');
    expect(gateOf({ agents: [agent('build', 'primary', asking)], tools: undefined, mcp: [] })).toEqual({
      gate: 'partly',
      unasked: ['tools of plugins, which the server does not tell (build)'],
    });
  });

  it('names MCP servers whose tools are let through', () => {
    const free = [...asking, rule('my_tracker_*', '*', 'allow'), rule('files_read', '*', 'allow')];
    expect(judged([agent('build', 'primary', free)], builtIn, ['my tracker', 'files', 'other'])).toEqual({
      gate: 'partly',
      unasked: ['tools of the MCP server my tracker (build)', 'the tool files_read (build)'],
    });
  });

  it('is unknown without agents', () => {
    expect(judged([])).toEqual({ gate: 'unknown', unasked: [] });
  });

  it('asks for what its own advice says', () => {
    const advised = JSON.parse(
      /"permission": (\{.*?\}) in its user/.exec(askingAdvice)?.[1] ?? '{}',
    ) as Readonly<Record<string, string | Readonly<Record<string, PermissionRule['action']>>>>;
    const rules = Object.entries(advised).flatMap(([permission, said]) =>
      typeof said === 'string'
        ? [rule(permission, '*', said as PermissionRule['action'])]
        : Object.entries(said).map(([pattern, action]) => rule(permission, pattern, action)),
    );
    const explore = [
      ...silent,
      rule('bash', '*', 'allow'),
      rule('webfetch', '*', 'allow'),
      rule('read', '*', 'allow'),
    ];
    const agents = [
      agent('build', 'primary', [...silent, ...rules]),
      agent('explore', 'subagent', [...explore, ...rules]),
    ];
    expect(judged(agents, builtIn, ['tracker'])).toEqual({ gate: 'asks', unasked: [] });
    expect(effectOf(agents[0]?.permission ?? [], 'read', 'src/a.ts')).toBe('allow');
  });
});

describe('what a server lacks', () => {
  it('is read from its description, whatever its parameters are called', () => {
    const paths = { '/session/{id}/prompt_async': { post: {} }, '/permission/{request}/reply': { post: {} } };
    const missing = missingCalls({ paths });
    expect(missing).not.toContain('post /session/{}/prompt_async');
    expect(missing).not.toContain('post /permission/{}/reply');
    expect(missing).toContain('get /global/event');
  });
});
