/** What the measurements of the whole product share. */
import { randomBytes } from 'node:crypto';
import { createOpencodeClient } from '@opencode-ai/sdk/v2';
import type { Gateway } from '../harness.ts';

/** The gateway's OpenCode server, spoken to from beside. */
export async function serverOf(gateway: Gateway) {
  const { url, username, password } = await gateway.openCode();
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const headers = { authorization };
  const client = createOpencodeClient({ baseUrl: url, directory: gateway.project, headers });
  return {
    url,
    headers,
    async begin() {
      const { data } = await client.session.create({ title: 'bare' });
      if (data === undefined) throw new Error('no session was made');
      return data.id;
    },
    send: (session: string, text: string) =>
      client.session.promptAsync({
        sessionID: session,
        messageID: `msg_${Date.now().toString(16).padStart(12, '0')}${randomBytes(7).toString('hex')}`,
        model: { providerID: 'demo', modelID: 'scripted' },
        agent: 'build',
        parts: [{ type: 'text', text }],
      }),
  };
}

/** A value of the gateway's own metrics. */
export async function metric(gateway: Gateway, name: string): Promise<number> {
  const text = await (await fetch(gateway.url('/metrics'))).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

export function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
