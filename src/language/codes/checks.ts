import type { CodeTable } from '../../config/codes.ts';

const checked = (check: string, address = '10.0.0.20', header = '10.0.0.1'): string =>
  `virtual_server ${header} 80 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n    real_server ${address} 80 {\n${check}    }\n}\n`;
const check = (kind: string, ...lines: readonly string[]): string =>
  `        ${kind} {\n${lines.map((line) => `            ${line}\n`).join('')}        }\n`;
const url = (...lines: readonly string[]) => check('HTTP_GET', 'url {', ...lines, '}');

/** What checks are told to do and cannot, or not so. */
export const checkCodes = {
  'lvs.check-source-family': {
    severity: 'warning',
    title: 'a check from an address of another family',
    meaning:
      'bindto is of one family, and what is checked of the other. bindto is ignored, and the kernel chooses the source.',
    keepalived:
      'keepalived reports it and ignores the one of bindto and connect_ip that comes last',
    cure: 'Write a bindto of the family of the server, or of connect_ip.',
    example: checked(check('TCP_CHECK', 'bindto 2001:db8::1')),
  },
  'lvs.check-link-local': {
    severity: 'warning',
    title: 'a check of a link-local address without its interface',
    meaning:
      'A link-local address is on every link, and nothing says on which this one is. The check never succeeds.',
    keepalived: 'keepalived reports it',
    cure: 'Write bind_if with the interface that the server is behind.',
    example: checked(check('TCP_CHECK'), 'fe80::20', '2001:db8::1'),
  },
  'lvs.reply-lengths-crossed': {
    severity: 'warning',
    title: 'a reply that is never as long as it must be',
    meaning:
      'min_reply_length is above max_reply_length, so that no reply is good. The check never succeeds.',
    keepalived: 'keepalived reports it',
    cure: 'Lower min_reply_length, or raise max_reply_length.',
    example: checked(
      check('UDP_CHECK', 'require_reply 0a', 'min_reply_length 9', 'max_reply_length 3'),
    ),
  },
  'lvs.domain-name-unusable': {
    severity: 'warning',
    title: 'a domain name that no query can hold',
    meaning:
      'A name has parts of 1 to 63 bytes, joined by points, and at most 253 bytes in all. The root is asked for instead.',
    keepalived:
      'keepalived reports an empty part and asks for the root; a part that is too long it sends',
    cure: 'Correct the name.',
    example: checked(check('DNS_CHECK', 'name www..example.org')),
  },
  'lvs.offsets-crossed': {
    severity: 'warning',
    title: 'an expression that may match nowhere',
    meaning:
      'regex_min_offset is behind regex_max_offset, so that no match is good: the check never succeeds, or with regex_no_match always.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'Lower regex_min_offset, or raise regex_max_offset.',
    example: checked(url('path /', 'regex "ok"', 'regex_min_offset 10', 'regex_max_offset 3')),
  },
  'lvs.expression-missing': {
    severity: 'warning',
    title: 'settings of an expression that is not there',
    meaning:
      'The keyword says how an expression is matched, and there is no regex. It does nothing.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'Write regex, or remove the keyword.',
    example: checked(url('path /', 'regex_no_match')),
  },
} as const satisfies CodeTable;
