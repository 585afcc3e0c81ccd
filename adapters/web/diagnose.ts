import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { WebConfig } from './config.ts';

/** Who can reach the page and knows how to come in drives the agent. */
export async function diagnose({ password }: WebConfig): Promise<Diagnosis> {
  const sentence =
    password === undefined
      ? 'It lets in whoever has the address that is printed at the start.'
      : 'It asks for WEB_PASSWORD.';
  return { findings: [{ subject: 'way in', state: 'ok', sentence }] };
}
