/** Settings of the whole daemon, and defaults of everything in it. */
import { block } from '../../config/schema.ts';
import { balancer } from './global/balancer.ts';
import { files } from './global/files.ts';
import { firewall } from './global/firewall.ts';
import { mail } from './global/mail.ts';
import { management } from './global/management.ts';
import { processes } from './global/process.ts';
import { protocol } from './global/protocol.ts';
import { scripts } from './global/scripts.ts';
import { sockets } from './global/sockets.ts';

export const globalDefs = block({
  ...mail,
  ...protocol,
  ...scripts,
  ...processes,
  ...balancer,
  ...firewall,
  ...management,
  ...sockets,
  ...files,
});
