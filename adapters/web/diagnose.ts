import type { Diagnosis, DiagnosisContext } from '../../src/core/diagnosis.ts';
import type { WebConfig } from './config.ts';
import { isUnencrypted } from './gate.ts';

/** Who can reach the page and knows how to come in drives the agent. */
export async function diagnose(
  { password }: WebConfig,
  { publicUrl }: Pick<DiagnosisContext, 'publicUrl'>,
): Promise<Diagnosis> {
  const subject = 'way in';
  if (password === undefined) {
    const sentence = 'It lets in whoever has the address that is printed at the start.';
    return { findings: [{ subject, state: 'ok', sentence }] };
  }
  if (publicUrl === undefined || !isUnencrypted(publicUrl))
    return { findings: [{ subject, state: 'ok', sentence: 'It asks for WEB_PASSWORD.' }] };
  return { findings: [{ subject, state: 'warn', sentence: `${unencrypted(publicUrl)}.`, fix: wayOut }] };
}

/** Without its full stop. */
function unencrypted(publicUrl: string): string {
  return `WEB_PASSWORD goes over the network in the clear, because ${publicUrl} is not encrypted: whoever is on the way can read it`;
}

const wayOut =
  'Put a proxy with TLS before it and set WEB_URL to its https address, or keep WEB_HOST=127.0.0.1 and reach it through an SSH tunnel.';
