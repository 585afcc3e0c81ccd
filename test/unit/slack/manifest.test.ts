import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { botScopes, manifestUrl } from '../../../adapters/slack/manifest.ts';

test('the link opens the form with the manifest that the page shows', () => {
  const page = readFileSync('docs/slack.md', 'utf8');
  const manifest: unknown = JSON.parse(new URL(manifestUrl).searchParams.get('manifest_json') ?? '');
  expect(manifest).toMatchObject({
    oauth_config: { scopes: { bot: botScopes } },
    settings: { socket_mode_enabled: true },
  });
  const listed = [...page.matchAll(/^ {6}- (\S+)$/gm)].map(([, entry]) => entry);
  const { settings } = manifest as { settings: { event_subscriptions: { bot_events: string[] } } };
  expect(listed.toSorted()).toEqual([...botScopes, ...settings.event_subscriptions.bot_events].toSorted());
  // Browsers and terminals cut longer addresses off.
  expect(manifestUrl.length).toBeLessThan(4000);
});
