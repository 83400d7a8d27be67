/** The conversation of each kind of checker that converses. */
import { familyOf } from '../../base/address.ts';
import type { CheckRequest } from '../check.ts';
import type { Conversation } from './conversation.ts';
import { dnsConversation } from './dns.ts';
import { httpConversation } from './http.ts';
import { pingConversation } from './ping.ts';
import { smtpConversation } from './smtp.ts';
import { tcpConversation } from './tcp.ts';
import { udpConversation } from './udp.ts';

/** undefined for a checker that asks in another way, or for a step that it does not have. */
export function conversationFor({
  settings,
  step,
  target,
}: Pick<CheckRequest, 'settings' | 'step' | 'target'>): Conversation | undefined {
  switch (settings.kind) {
    case 'tcp':
      return tcpConversation;
    case 'http':
      return httpConversation(settings, step, target);
    case 'smtp':
      return smtpConversation(settings);
    case 'dns':
      return dnsConversation(settings);
    case 'udp':
      return udpConversation(settings);
    case 'ping':
      return pingConversation(familyOf(target.address));
    default:
      return undefined;
  }
}
