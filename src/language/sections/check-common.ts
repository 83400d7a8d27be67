/** What all checkers share, and what those share that open connections. */
import { scalar } from '../../config/schema.ts';
import { integer, longestSeconds, secondsValue } from '../../config/schema-number.ts';
import { address, boolean, text } from '../../config/schema-word.ts';

const port = integer({ min: 1, max: 65_535 });
const attempts = integer({ min: 0, max: 4_294_967_295 });
export const pause = secondsValue(0, longestSeconds);
export const period = secondsValue(0.000001, longestSeconds);

export const checking = {
  delay_loop: scalar(period, {
    doc: 'Time from one check to the next.',
    example: '5',
    otherwise: 'delay_loop of the server, else 60 seconds',
  }),
  retry: scalar(attempts, {
    doc: 'Further attempts before a failure counts.',
    example: '3',
    otherwise: 'retry of the server, else 1; 0 for MISC_CHECK, 3 for DNS_CHECK',
  }),
  delay_before_retry: scalar(pause, {
    doc: 'Time before a further attempt.',
    example: '1.5',
    otherwise:
      'delay_before_retry of the server, else 1 second; 3 seconds for HTTP, delay_loop for DNS',
  }),
  warmup: scalar(pause, {
    doc: 'The first check comes after a random time up to this.',
    example: '2',
    otherwise: 'delay_loop',
  }),
  alpha: scalar(boolean, {
    doc: 'Takes the server for down until the first success.',
    example: 'true',
    otherwise: 'alpha of the server',
  }),
  log_all_failures: scalar(boolean, {
    doc: 'Reports every failed check, not changes alone.',
    example: 'true',
    otherwise: 'checker_log_all_failures',
  }),
};

export const connection = {
  connect_ip: scalar(address(), {
    doc: 'Address that is checked instead of the server.',
    example: '192.0.2.20',
  }),
  connect_port: scalar(port, {
    doc: "Port that is checked instead of the server's.",
    example: '8080',
  }),
  bindto: scalar(address(), { doc: 'Source address of the check.', example: '192.0.2.10' }),
  bind_port: scalar(port, { doc: 'Source port of the check.', example: '10000' }),
  bind_if: scalar(text('an interface', '<IF>'), {
    doc: 'Interface of the check; needed for link-local servers.',
    example: 'eth1',
  }),
  connect_timeout: scalar(period, {
    doc: 'How long connecting or answering may take.',
    example: '3',
    otherwise: 'connect_timeout of the server, else 5 seconds',
  }),
  fwmark: scalar(integer({ min: 0, max: 4_294_967_295 }), {
    doc: 'Firewall mark of the packets of the check.',
    example: '7',
    fallback: 0,
  }),
};
