/** What concerns IPVS as a whole. */
import { flag, scalar } from '../../../config/schema.ts';
import { choice, optionalText } from '../../../config/schema-word.ts';
import { connectionTimeouts } from '../../values/connection-timeouts.ts';
import { syncDaemon } from '../../values/sync-daemon.ts';

export const balancer = {
  lvs_plane: scalar(choice(['ipvs', 'nftables']), {
    bare: 'ignored',
    doc: 'What spreads the connections.',
    example: 'nftables',
    otherwise: 'ipvs where the kernel has it, else nftables',
    reload: 'restart',
    extension: true,
  }),
  lvs_timeouts: scalar(connectionTimeouts, {
    bare: 'ignored',
    doc: 'How long IPVS keeps idle connections.',
    example: 'tcp 900 tcpfin 30 udp 300',
    otherwise: 'what the kernel has',
  }),
  lvs_flush: flag({ doc: 'Empties the IPVS table at start.' }),
  lvs_flush_on_stop: scalar(optionalText('VS'), {
    doc: 'Empties the IPVS table at the end; with VS only what is configured here.',
    example: 'VS',
    aliases: { lvs_flush_onstop: { deprecated: 'write lvs_flush_on_stop' } },
  }),
  lvs_sync_daemon: scalar(syncDaemon, {
    bare: 'ignored',
    doc: 'Tells the connections of IPVS to the other nodes.',
    example: 'eth1 VI_1 id 51 maxlen 1400 port 8848 ttl 1 group 224.0.0.81',
  }),
};
