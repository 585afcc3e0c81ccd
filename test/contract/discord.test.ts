import { adapterContract } from './adapter.ts';
import { startDiscordChannel } from './discord-channel.ts';

adapterContract('Discord', startDiscordChannel);
