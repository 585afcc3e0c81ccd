/**
 * Ids by what they name. Each is a number or a text when stored and sent; to the compiler it is a kind of its own, so
 * that the id of a thread given for that of a prompt does not compile. Only this file makes one out of a bare value:
 * whoever reads the outside (a row, a token, an answer of the agent server) calls it there, and all others pass on.
 */
declare const named: unique symbol;
type Id<What extends string, Raw> = Raw & { readonly [named]: What };

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

export const threadId = (row: number) => row as ThreadId;
export const sessionId = (row: number) => row as SessionId;
export const promptId = (row: number) => row as PromptId;
export const requestId = (row: number) => row as RequestId;
export const inboxId = (row: number) => row as InboxId;

/** Stands for the row of what came without one. */
export const noInbox = inboxId(0);
