/** TCP_CHECK: a server that accepts a connection is up. */
import { type Conversation, passed } from './conversation.ts';

const accepted = passed('connection accepted');

export const tcpConversation: Conversation = { carrier: 'stream', open: () => accepted };
