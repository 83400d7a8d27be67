/** Whether a connection is taken. */
import { connect } from 'node:net';
import type { Address } from '../../../base/address.ts';
import type { Connecting } from '../patient.ts';

/** Milliseconds: a first packet that is lost is sent again after a second. */
const patience = 1_500;

export function connecting(to: Address, port: number, from?: Address): Promise<Connecting> {
  return new Promise((resolve) => {
    const where = from === undefined ? {} : { localAddress: from };
    const socket = connect({ host: to, port, ...where });
    const end = (answer: Connecting): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end({ kind: 'silent', code: 'no answer in time' }), patience);
    socket.on('connect', () => end({ kind: 'accepted' }));
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      end(
        code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'silent', code: code ?? 'no way' },
      ),
    );
  });
}
