/** What the page keeps, as it stands in the documents. */
import { z } from 'zod';
import type { OutboundMessage } from '../../src/core/channel.ts';
import { formShape } from '../../src/lib/forms.ts';

const outbound: z.ZodType<OutboundMessage> = z.object({
  kind: z.enum(['activity', 'text', 'todo', 'request', 'notice']),
  markdown: z.string(),
  footnote: z.string().exactOptional(),
  buttons: z.array(
    z.object({
      label: z.string(),
      token: z.string(),
      style: z.enum(['primary', 'danger', 'plain']),
      form: formShape.exactOptional(),
    }),
  ),
  form: formShape.exactOptional(),
  live: z.boolean(),
  silent: z.boolean(),
  mention: z.string().exactOptional(),
  replyTo: z.string().exactOptional(),
});

const common = {
  id: z.string(),
  /** Place within the thread. */
  sequence: z.number(),
  /** Epoch milliseconds. */
  at: z.number(),
  /** What makes a repeated post or a repeated send recognisable. */
  key: z.string(),
};

/** What people see of a file. */
const fileFacts = z.object({ id: z.string(), name: z.string(), mime: z.string(), size: z.number() });

export const fileRecord = fileFacts.extend({
  /** How many parts of it are here. */
  parts: z.number(),
  /** When it was begun, epoch milliseconds. */
  at: z.number(),
  /** It belongs to a message. */
  sent: z.boolean(),
});

const files = z.array(fileFacts).exactOptional();

const agentMessage = z.object({ ...common, from: z.literal('agent'), content: outbound, files });

const personMessage = z.object({
  ...common,
  from: z.literal('person'),
  text: z.string(),
  files,
  replyTo: z.string().exactOptional(),
  edited: z.boolean(),
  /** What it said before its last change, and which change that was: one that comes too late is taken back. */
  before: z.object({ change: z.string(), text: z.string(), edited: z.boolean() }).exactOptional(),
  deleted: z.boolean(),
  /** The gateway has stored it. One that is not taken is shown by nobody but its sender, who may send again. */
  taken: z.boolean(),
});

export const messageRecord = z.discriminatedUnion('from', [agentMessage, personMessage]);

export const threadRecord = z.object({
  id: z.string(),
  /** Empty while nothing stands in it: it is not listed then. */
  title: z.string(),
  createdAt: z.number(),
  /** When a message was last added. */
  activeAt: z.number(),
  /** Put away by the person, until something is added to it. */
  archived: z.boolean().exactOptional(),
  /** What it waits for: a person's decision, the agent's work, its turn, or nothing. */
  state: z.enum(['waiting', 'working', 'queued', 'idle']),
});

export type FileFacts = z.infer<typeof fileFacts>;
export type FileRecord = z.infer<typeof fileRecord>;
export type AgentRecord = z.infer<typeof agentMessage>;
export type PersonRecord = z.infer<typeof personMessage>;
export type MessageRecord = z.infer<typeof messageRecord>;
export type ThreadRecord = z.infer<typeof threadRecord>;
