/** Ways to find out whether a real server works. */
import { block, flag, many, scalar } from '../../config/schema.ts';
import { integer, secondsValue } from '../../config/schema-number.ts';
import { boolean, choice, optional, text } from '../../config/schema-word.ts';
import { pattern } from '../values/route-parts.ts';
import { plainCommand } from '../values/script-command.ts';
import { weight } from '../values/track-line.ts';
import { userAndGroup } from '../values/user.ts';
import { grpcCheck, mysqlCheck, pgsqlCheck, redisCheck } from './application-checks.ts';
import { checking, connection } from './check-common.ts';
import { httpGet, sslGet } from './http-check.ts';

const connecting = { ...checking, ...connection };
const length = integer({ min: 0, max: 65_535, unit: 'bytes' });
const recordTypes = ['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'] as const;

const tcpCheck = block(connecting);
const pingCheck = block(connecting);

const udpCheck = block({
  ...connecting,
  payload: scalar(pattern('pairs of hexadecimal digits', '<HEXSTR>', /^([\da-fA-F]{2})+$/), {
    bare: 'ignored',
    doc: 'The bytes that are sent.',
    example: '0a0b0c',
  }),
  require_reply: scalar(
    optional(pattern('hexadecimal digits, X or ? for any', '<HEXPATTERN>', /^[\da-fA-FxX?]+$/), ''),
    { doc: 'Fails without a reply, or without one of this pattern.', example: '0a0bXX' },
  ),
  min_reply_length: scalar(length, { doc: 'Shortest good reply.', example: '4', fallback: 0 }),
  max_reply_length: scalar(length, { doc: 'Longest good reply.', example: '512', fallback: 255 }),
});

const smtpCheck = block({
  ...connecting,
  helo_name: scalar(text('a host name'), {
    bare: 'ignored',
    doc: 'How the check introduces itself.',
    example: 'check.example.org',
    otherwise: 'smtp_helo_name, else the host name',
  }),
  host: many(block(connecting), {
    doc: 'A further target, as if it had an SMTP_CHECK of its own.',
    example: '',
  }),
});

const dnsCheck = block({
  ...connecting,
  type: scalar(choice(recordTypes), {
    doc: 'What is asked for.',
    example: 'A',
    fallback: 'SOA',
  }),
  name: scalar(text('a domain name', '<DOMAIN>'), {
    doc: 'Name that is asked about.',
    example: 'www.example.org',
    fallback: '.',
  }),
});

const miscCheck = block({
  ...checking,
  misc_path: scalar(plainCommand, {
    bare: 'ignored',
    doc: 'The program that decides: exit status 0 is up.',
    example: '"/usr/local/bin/check 192.0.2.20"',
  }),
  misc_timeout: scalar(secondsValue(0, 4294), {
    doc: 'How long the program may take.',
    example: '5',
    otherwise: 'delay_loop',
  }),
  misc_dynamic: flag({ doc: 'Exit status 2 to 255 sets the weight to that minus 2.' }),
  user: scalar(userAndGroup, {
    bare: 'ignored',
    doc: 'The user, and optionally the group, that the program runs as.',
    example: 'nobody',
    otherwise: 'script_user',
  }),
});

const fileCheck = block({
  track_file: scalar(text('the name of a track_file', '<NAME>'), {
    doc: 'The file whose number decides.',
    example: 'drain',
  }),
  weight: scalar(weight(2_147_483_647), {
    bare: 'ignored',
    doc: 'What the number is multiplied by; 0 makes any other number a failure.',
    example: '-1',
    otherwise: 'weight of the track_file',
  }),
});

const bfdCheck = block({
  name: scalar(text('the name of a bfd_instance', '<BFD_INSTANCE>'), {
    bare: 'ignored',
    doc: 'The session whose state decides.',
    example: 'to_server',
  }),
  alpha: scalar(boolean, {
    doc: 'Takes the server for down until the session is up.',
    example: 'true',
    fallback: false,
  }),
});

export const checkers = {
  TCP_CHECK: many(tcpCheck, { doc: 'Up when it accepts a connection.', example: '' }),
  HTTP_GET: many(httpGet, { doc: 'Up when it answers requests well.', example: '' }),
  SSL_GET: many(sslGet, { doc: 'Up when it answers requests well over TLS.', example: '' }),
  SMTP_CHECK: many(smtpCheck, { doc: 'Up when it speaks SMTP.', example: '' }),
  DNS_CHECK: many(dnsCheck, { doc: 'Up when it answers a query.', example: '' }),
  MISC_CHECK: many(miscCheck, { doc: 'Up when a program says so.', example: '' }),
  UDP_CHECK: many(udpCheck, {
    doc: 'Up when a datagram is not refused, or is answered.',
    example: '',
  }),
  PING_CHECK: many(pingCheck, { doc: 'Up when it answers an echo request.', example: '' }),
  FILE_CHECK: many(fileCheck, { doc: 'Up, and of what weight, as a file says.', example: '' }),
  REDIS_CHECK: many(redisCheck, {
    doc: 'Up when Redis answers, and is the master or a replica as wanted.',
    example: '',
    extension: true,
  }),
  MYSQL_CHECK: many(mysqlCheck, {
    doc: 'Up when MySQL or MariaDB answers, and is writable or read-only as wanted.',
    example: '',
    extension: true,
  }),
  PGSQL_CHECK: many(pgsqlCheck, {
    doc: 'Up when PostgreSQL answers, and is a primary or a standby as wanted.',
    example: '',
    extension: true,
  }),
  GRPC_CHECK: many(grpcCheck, {
    doc: 'Up when the health service of gRPC says that it serves.',
    example: '',
    extension: true,
  }),
  BFD_CHECK: many(bfdCheck, { doc: 'Up while a BFD session is.', example: '' }),
};
