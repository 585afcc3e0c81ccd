import { adapterContract } from '../adapter.ts';
import { startTelegramChannel } from './channel.ts';

adapterContract('Telegram', startTelegramChannel);
