/**
 * What every platform must do, whatever it is. A new adapter is a rig (`adapter/rig.ts`) and one line:
 *
 *     adapterContract('the web page', startWeb);
 *
 * A case that a platform cannot have is skipped, with the reason.
 */
import { afterEach, describe } from 'vitest';
import { controlsContract } from './adapter/controls.ts';
import { deliveryContract } from './adapter/delivery.ts';
import { downloadsContract } from './adapter/downloads.ts';
import { failuresContract } from './adapter/failures.ts';
import { gapsContract } from './adapter/gaps.ts';
import { historyContract } from './adapter/history.ts';
import { inboundContract } from './adapter/inbound.ts';
import { limitsContract } from './adapter/limits.ts';
import { mintingContract } from './adapter/minting.ts';
import { outboundContract } from './adapter/outbound.ts';
import { placeNamesContract } from './adapter/place-names.ts';
import { refusalsContract } from './adapter/refusals.ts';
import type { ChannelUnderTest, Start } from './adapter/rig.ts';
import { streamsContract } from './adapter/streams.ts';
import { uploadsContract } from './adapter/uploads.ts';

export function adapterContract(name: string, start: Start): void {
  const running: ChannelUnderTest[] = [];
  const begin: Start = async () => {
    const channel = await start();
    running.push(channel);
    return channel;
  };

  afterEach(async () => {
    await Promise.all(running.splice(0).map((channel) => channel.stop()));
  });

  describe(`${name} is a channel`, () => {
    describe('what people see', () => outboundContract(begin));
    describe('what the gateway is told', () => inboundContract(begin));
    describe('nothing lost, nothing twice', () => deliveryContract(begin));
    describe('absences', () => gapsContract(begin));
    describe('files of people', () => downloadsContract(begin));
    describe('files of the agent', () => uploadsContract(begin));
    describe('text that grows', () => streamsContract(begin));
    describe('what was said before', () => historyContract(begin));
    describe('names of places', () => placeNamesContract(begin));
    describe('buttons and forms', () => controlsContract(begin));
    describe('limits', () => limitsContract(begin));
    describe('failures', () => failuresContract(begin));
    describe('refusals', () => refusalsContract(begin));
    describe('what a model writes', () => mintingContract(begin));
  });
}
