/** REDIS_CHECK. */
import type { Socket } from 'node:net';
import { AbstractConnector, Redis } from 'ioredis';
import { failed } from '../../../health/checkers/conversation.ts';
import { judgeRole } from '../../../health/checkers/redis.ts';
import type { Ask } from '../client.ts';
import { secured } from './tls.ts';

export const askRedis: Ask = async (socket, { settings }) => {
  if (settings.kind !== 'redis') return failed('not a question for Redis');
  const { user, password, role, tls } = settings;
  const carrier =
    tls === undefined ? socket : await secured(socket, { tls, servername: tls.sniName });
  const client = new Redis({
    Connector: connectorFor(carrier),
    lazyConnect: true,
    // Every version speaks it; for the other one the password would have to go with HELLO.
    protocol: 2,
    enableReadyCheck: false,
    // It would ask for its version, and wait.
    disableClientInfo: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
  });
  const broken = new Promise<never>((_, reject) => client.on('error', reject));
  broken.catch(() => undefined);
  try {
    await Promise.race([client.connect(), broken]);
    return judgeRole(await Promise.race([client.call('ROLE'), broken]), role);
  } finally {
    client.disconnect();
  }
};

/** The one connection that there is, made already. */
function connectorFor(socket: Socket): new (options: unknown) => AbstractConnector {
  return class extends AbstractConnector {
    constructor() {
      super(0);
    }

    override connect(): Promise<Socket> {
      this.connecting = true;
      this.stream = socket;
      return Promise.resolve(socket);
    }
  };
}
