/** Which rule decides, and whether a server asks before it runs a command. */
import { describe, expect, it } from 'vitest';
import { effectOf, gateOf } from '../../../../src/opencode/v1/gate.ts';
import { missingCalls } from '../../../../src/opencode/v1/probe.ts';

type RawAgent = Parameters<typeof gateOf>[0][number];
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
const asking = [...silent, rule('bash', '*', 'ask')];

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

describe('the gate', () => {
  it('is off where the configuration is silent', () => {
    expect(gateOf([agent('build', 'primary', silent)])).toEqual({ gate: 'off', unasked: ['build'] });
  });

  it('is off where only a sub-agent runs commands unasked', () => {
    const agents = [agent('build', 'primary', asking), agent('general', 'subagent', silent)];
    expect(gateOf(agents)).toEqual({ gate: 'off', unasked: ['general'] });
  });

  it('holds where all ask, and single commands are let through', () => {
    const some = [...asking, rule('bash', 'git status*', 'allow')];
    const agents = [agent('build', 'primary', some), agent('general', 'subagent', asking)];
    expect(gateOf(agents)).toEqual({ gate: 'asks', unasked: [] });
  });

  it('holds for an agent that may not run commands at all', () => {
    expect(gateOf([agent('plan', 'primary', [...silent, rule('bash', '*', 'deny')])]).gate).toBe('asks');
  });

  it('does not look at hidden agents', () => {
    expect(gateOf([agent('build', 'primary', asking), agent('title', 'primary', silent, true)]).gate).toBe(
      'asks',
    );
  });

  it('is unknown without agents', () => {
    expect(gateOf([]).gate).toBe('unknown');
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
