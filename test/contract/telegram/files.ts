import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MessageId, ThreadAddress } from '../../../src/core/channel.ts';
import type { Shown } from '../../fake/telegram/screen.ts';
import type { FakeTelegram } from '../../fake/telegram.ts';
import type { Downloads, SeenFile, Uploads } from '../adapter/file-rig.ts';
import { refusals } from './refusals.ts';

/** A host that is not Telegram's, and how often it was asked. */
export interface Elsewhere {
  readonly url: string;
  asked(): number;
  stop(): Promise<void>;
}

export async function startElsewhere(): Promise<Elsewhere> {
  const state = { asked: 0 };
  const server = createServer((_request, response) => {
    state.asked += 1;
    response.end('not the file');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => state.asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function downloadsOf(telegram: FakeTelegram, elsewhere: Elsewhere): Downloads {
  const { downloads, faults } = telegram;
  const answer = (status: number, headers = {}) =>
    faults.onCall('getFileBytes', { type: 'answer', status, headers });
  return {
    serve: {
      hangs: () => downloads.serveNext('hangs'),
      endless: () => downloads.serveNext('endless'),
      cut: () => downloads.serveNext('cut'),
      gone: () => answer(404),
      elsewhere: () => answer(302, { location: `${elsewhere.url}/file` }),
    },
    served: () => downloads.served(),
    strays: () => elsewhere.asked(),
  };
}

export function uploadsOf(telegram: FakeTelegram): Uploads {
  return {
    async bytes({ channel, thread }: ThreadAddress, id: MessageId) {
      const topic = thread === 'general' ? undefined : Number(thread);
      const shown = telegram.messages(Number(channel), topic).find((one) => String(one.id) === id);
      const file = telegram.world.files.get(shown?.content.media?.document?.file_id ?? '');
      if (file === undefined) throw new Error(`message ${id} holds no file`);
      return file.bytes;
    },
    refuse: refusals(telegram, 'sendDocument'),
    loseAnswer: () => telegram.faults.onCall('sendDocument', { type: 'apply-then-cut' }),
  };
}

export function filesOf({ content: { media } }: Shown): { readonly files?: readonly SeenFile[] } {
  const { file_name: name = '', file_size: size = 0 } = media?.document ?? {};
  return media === undefined ? {} : { files: [{ name, size }] };
}
