/**
 * Files: of a message, of a draft, and what goes with one message.
 *
 * @typedef {{ id: string, name: string, size: number, picture: boolean }} WireFile
 * @typedef {WireFile & { mime: string, blob: Blob | undefined, state: 'waiting' | 'sending' | 'ready', done: number }} DraftFile
 * @typedef {{ maxBytes: number, maxTotalBytes: number, maxCount: number, partBytes: number }} FileLimits
 *
 * What the server sends (adapters/web/wire.ts, feed.ts, snapshot.ts).
 *
 * @typedef {{ label: string, token: string, style: 'primary' | 'danger' | 'plain', form?: Form }} Button
 * @typedef {{ label: string, description: string }} Option
 * @typedef {{ id: string, label: string, options: Option[], multiple: boolean, custom: boolean, required: boolean }} Field
 * @typedef {{ token: string, title: string, submit: string, fields: Field[] }} Form
 *
 * @typedef {object} AgentMessage
 * @property {'agent'} from
 * @property {string} id
 * @property {number} sequence
 * @property {number} at
 * @property {'activity' | 'text' | 'todo' | 'request' | 'notice'} kind
 * @property {string} html
 * @property {string} footnote
 * @property {WireFile[]} files
 * @property {Button[]} buttons
 * @property {Form | null} form
 * @property {boolean} live
 * @property {string | null} replyTo
 *
 * @typedef {object} PersonMessage
 * @property {'person'} from
 * @property {string} id
 * @property {number} sequence
 * @property {number} at
 * @property {string} key
 * @property {string} text
 * @property {WireFile[]} files
 * @property {boolean} edited
 * @property {boolean} deleted
 * @property {string | null} replyTo
 *
 * @typedef {AgentMessage | PersonMessage} Message
 *
 * @typedef {{ id: string, title: string, createdAt: number, activeAt: number, archived?: boolean, state: 'waiting' | 'working' | 'queued' | 'idle' }} Thread
 * @typedef {{ label: string, text: string }} Suggestion
 * @typedef {{ name: string, description: string, argument?: string }} Command
 *
 * @typedef {object} PageState
 * @property {string} name
 * @property {Suggestion[]} suggestions
 * @property {Command[]} commands
 * @property {FileLimits} fileLimits
 * @property {Thread[]} threads
 * @property {{ id: string, messages: Message[], more: boolean } | null} thread
 *
 * @typedef {{ type: 'state', state: PageState }
 *   | { type: 'thread', thread: Thread }
 *   | { type: 'thread-removed', thread: string }
 *   | { type: 'message', thread: string, message: Message }
 *   | { type: 'removed', thread: string, id: string }
 *   | { type: 'typing', thread: string }
 *   | { type: 'whisper', thread: string, text: string }} FeedEvent
 *
 * A message on its way, kept until the server has it.
 * @typedef {object} Outgoing
 * @property {string} id
 * @property {string} thread
 * @property {boolean} first  the thread has to be made as well
 * @property {string} text
 * @property {WireFile[]} [files]  unset: an earlier version kept it
 * @property {string | null} replyTo
 * @property {number} at
 * @property {'sending' | 'offline' | 'failed'} state
 * @property {string} error
 */

export {};
