import { adapterContract } from './adapter.ts';
import { startTelegramChannel } from './telegram-channel.ts';

adapterContract('Telegram', startTelegramChannel);
