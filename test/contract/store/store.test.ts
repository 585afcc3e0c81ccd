import { afterAll, beforeAll, describe } from 'vitest';
import { fencingSuite } from './fencing.ts';
import { fileSuite } from './files.ts';
import { inboxSuite, wakeSuite } from './inbox.ts';
import { leaseSuite } from './leases.ts';
import { documentSuite, ledgerSuite, wholeSuite } from './ledger.ts';
import { promptSuite } from './prompts.ts';
import { requestSuite } from './requests.ts';
import { engines, type OpenRig, type Rig } from './rig.ts';
import { threadSuite } from './threads.ts';

describe.each(engines)('the store on $name', ({ open }) => {
  const opened: OpenRig[] = [];
  const current = () => {
    const [rig] = opened;
    if (rig === undefined) throw new Error('the store is not open');
    return rig;
  };
  const rig: Rig = {
    get store() {
      return current().store;
    },
    get db() {
      return current().db;
    },
  };
  beforeAll(async () => {
    opened.push(await open());
  });
  afterAll(() => current().close());

  inboxSuite(rig);
  wakeSuite(rig);
  leaseSuite(rig);
  threadSuite(rig);
  promptSuite(rig);
  fileSuite(rig);
  requestSuite(rig);
  ledgerSuite(rig);
  documentSuite(rig);
  wholeSuite(rig);
  fencingSuite(rig);
});
