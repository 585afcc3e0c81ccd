import { createInterface } from 'node:readline';
import { openStore } from '../../../src/store/database.ts';
import { silent } from '../../embedded.ts';
import { message } from './rig.ts';

/**
 * A process of its own on an embedded database: `node process.ts <data directory>`. Says one line a fact:
 * `open`, `accepted <n>` after each event, or `refused <why>`. Goes on until it is killed or its input ends.
 */
const [dataDir = ''] = process.argv.slice(2);
const input = { open: true };
createInterface({ input: process.stdin }).on('close', () => {
  input.open = false;
});

try {
  const store = await openStore({ dataDir, log: silent });
  console.log('open');
  for (let n = 0; input.open; n++) {
    await store.inbox.accept(message('thread', String(n), `event-${n}`), { server: 'x', project: 'api' });
    console.log(`accepted ${n}`);
  }
  await store.close();
} catch (error) {
  console.log(`refused ${error instanceof Error ? error.message : String(error)}`);
}
