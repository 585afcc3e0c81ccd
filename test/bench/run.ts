/** `npm run bench`: prints what the product costs. Machines differ and are shared: compare within one run. */
import { availableParallelism, loadavg } from 'node:os';
import { benchAcceptance } from './acceptance.ts';
import { benchEvents } from './events.ts';
import { benchMemory } from './memory.ts';
import { benchReduce } from './reduce.ts';
import { benchRender } from './render.ts';
import { benchStart } from './start.ts';
import { benchStatements } from './statements.ts';
import { benchStore } from './store.ts';
import { benchVisibility } from './visibility.ts';
import { benchWay } from './way.ts';

const benches: Readonly<Record<string, () => readonly string[] | Promise<readonly string[]>>> = {
  events: benchEvents,
  reduce: benchReduce,
  render: benchRender,
  store: benchStore,
  acceptance: benchAcceptance,
  visibility: benchVisibility,
  statements: benchStatements,
  way: benchWay,
  memory: benchMemory,
  start: benchStart,
};

const wanted = process.argv.slice(2);
console.log(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} at the start`,
);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${(await bench()).join('\n')}`);
}
