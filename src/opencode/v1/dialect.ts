/** The first dialect: what `/global/event`, `/session` and their like say, as the SDK types it. */
import type { Dialect } from '../dialect.ts';
import { createV1Agent } from './agent.ts';
import { inspectV1Server } from './inspection.ts';
import { launch } from './launch.ts';

export const v1: Dialect = {
  createAgent: createV1Agent,
  inspectServer: inspectV1Server,
  launch,
};
