/** Blocks about the host: static entries, rates of announcements, certificates. */
import { block, collected, labelled, lines, scalar } from '../../config/schema.ts';
import { secondsValue } from '../../config/schema-number.ts';
import { text } from '../../config/schema-word.ts';

export const trackGroup = labelled('name', text('a name', '<NAME>'), {
  group: lines(text('the name of an instance', '<INST>'), {
    doc: 'The instances that are at fault while a static entry of the group cannot be had.',
    example: '{\n    VI_1\n}',
    each: 'word',
  }),
});

const spacing = secondsValue(0, 4294.967295);

export const garpGroup = block({
  garp_interval: scalar(spacing, {
    doc: 'Least time between two gratuitous ARPs on all these interfaces together.',
    example: '0.01',
  }),
  gna_interval: scalar(spacing, {
    doc: 'Least time between two unsolicited neighbour advertisements on all of them.',
    example: '0.01',
  }),
  interface: collected(text('an interface', '<IF>'), { doc: 'One interface.', example: 'eth0' }),
  interfaces: lines(text('an interface', '<IF>'), {
    doc: 'Several interfaces.',
    example: '{\n    eth0\n    eth1\n}',
    each: 'word',
  }),
});

export const tlsClient = block({
  password: scalar(text('a pass phrase'), {
    bare: 'ignored',
    doc: 'Pass phrase of the key.',
    example: 'secret',
  }),
  ca: scalar(text('a path', '<PATH>'), {
    bare: 'ignored',
    doc: 'Certificates to trust.',
    example: '/etc/ssl/ca.pem',
  }),
  certificate: scalar(text('a path', '<PATH>'), {
    bare: 'ignored',
    doc: 'Certificate of the client.',
    example: '/etc/ssl/client.pem',
  }),
  key: scalar(text('a path', '<PATH>'), {
    bare: 'ignored',
    doc: 'Key of the client.',
    example: '/etc/ssl/client.key',
  }),
});
