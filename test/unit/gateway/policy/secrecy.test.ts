import { expect, test } from 'vitest';
import { mayHoldSecrets } from '../../../../src/gateway/policy/secrecy.ts';

test.each([
  '.env',
  '.env.local',
  'pkg/.ENV.production',
  '.envrc',
  'certs/server.pem',
  'server.KEY',
  'id_rsa',
  'backup/id_ed25519.pub',
  '.ssh/config',
  'home/.aws/config',
  '.npmrc',
  '.netrc',
  'credentials.json',
  'aws-credentials',
  'secrets.yaml',
  'app.secret.json',
  'service-account-prod.json',
  '.git/config',
  'infra/prod.tfstate',
])('%s may hold secrets', (path) => {
  expect(mayHoldSecrets(path)).toBe(true);
});

test.each([
  'src/environment.ts',
  'src/keyboard.ts',
  'monkey.md',
  'docs/credentials-guide.md',
  'secretary.txt',
  '.gitignore',
  '.github/workflows/ci.yml',
  'README.md',
])('%s is like any other', (path) => {
  expect(mayHoldSecrets(path)).toBe(false);
});
