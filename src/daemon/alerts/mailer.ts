/** Speaks SMTP to the relay. The library is loaded with the first letter. */
import { hostname, userInfo } from 'node:os';
import { seconds } from '../../base/units.ts';
import type { MailModel } from '../../engine/translation/alerts-model.ts';
import type { Alert } from './alert.ts';
import type { Delivery } from './courier.ts';
import { letterOf, type Sender } from './letter.ts';

export function mailPlace({ host, port }: MailModel): string {
  return `mail relay ${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Sends one letter and says what became of it. Never rejects. */
export async function sendMail(
  mail: MailModel,
  sender: Sender,
  alerts: readonly Alert[],
): Promise<Delivery> {
  const { createTransport } = await import('nodemailer');
  const timeout = Math.max(mail.timeout, seconds(1)) / 1_000;
  const transport = createTransport({
    host: mail.host,
    port: mail.port,
    name: mail.helo ?? hostname(),
    secure: mail.tls === 'implicit',
    ignoreTLS: mail.tls === 'off',
    requireTLS: mail.tls === 'required',
    // Opportunistic protection, as everywhere in mail, takes any certificate.
    ...(mail.tls === 'opportunistic' ? { tls: { rejectUnauthorized: false } } : {}),
    ...(mail.login === undefined
      ? {}
      : { auth: { user: mail.login.user, pass: mail.login.password } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: mail.from ?? `${userInfo().username}@${hostname()}`,
      to: [...mail.to],
      ...letterOf(alerts, sender),
      headers: { 'X-Mailer': 'Holdfast' },
    });
    return { kind: 'taken' };
  } catch (error) {
    return judge(error);
  } finally {
    transport.close();
  }
}

/** RFC 5321, section 4.2.1: replies of 500 and above are for ever. A login that is refused may be mended. */
function judge(error: unknown): Delivery {
  const why = error instanceof Error ? error.message : String(error);
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
  const isFinal = typeof responseCode === 'number' && responseCode >= 500 && code !== 'EAUTH';
  return isFinal ? { kind: 'refused', why } : { kind: 'later', why };
}
