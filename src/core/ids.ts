/**
 * Ids by what they name. Each is a number or a text when stored and sent; to the compiler it is a kind of its own, so
 * that the id of a thread given for that of a prompt does not compile. Only this file makes one out of a bare value:
 * whoever reads the outside (a row, a token, an answer of the agent server) calls it there, and all others pass on.
 */
declare const named: unique symbol;
type Id<What extends string, Raw> = Raw & { readonly [named]: What };

/** An id in words of others, such as an adapter or an operator: any text, but none of another kind. */
type Opaque<What extends string> = string & { readonly [named]?: What };

/** The platform's own id of one message, unique within its thread. */
export type MessageId = Opaque<'message'>;
/** `<adapter id>:<the platform's stable id>` of somebody, never a name. */
export type PersonId = Opaque<'person'>;

/** An agent server, as the operator calls it. */
export type ServerName = Opaque<'server'>;
/** A project, as the operator calls it. */
export type ProjectName = Opaque<'project'>;

/** A row of ours: a conversation on a platform. */
export type ThreadId = Id<'thread', number>;
/** A row of ours: a session, whether or not the agent server has made it yet. */
export type SessionId = Id<'session', number>;
/** A row of ours: what people said in one go. */
export type PromptId = Id<'prompt', number>;
/** A row of ours: something the agent asked. */
export type RequestId = Id<'request', number>;
/** A row of ours: something that a person did. */
export type InboxId = Id<'inbox', number>;

/** The agent server's id of a session, `ses_…`: the root, or that of a sub-agent. */
export type ServerSessionId = Id<'server session', string>;
/** The agent server's id of a message, `msg_…`: what the agent said, or a prompt, whose id is of our making. */
export type ServerMessageId = Id<'server message', string>;
/** The agent server's id of a request, `per_…` or `que_…`. */
export type ServerRequestId = Id<'server request', string>;

export const threadId = (row: number) => row as ThreadId;
export const sessionId = (row: number) => row as SessionId;
export const promptId = (row: number) => row as PromptId;
export const requestId = (row: number) => row as RequestId;
export const inboxId = (row: number) => row as InboxId;
export const serverSessionId = (text: string) => text as ServerSessionId;
export const serverMessageId = (text: string) => text as ServerMessageId;
export const serverRequestId = (text: string) => text as ServerRequestId;

/** Stands for the row of what came without one. */
export const noInbox = inboxId(0);
