/** Checks by HTTP and HTTPS. */
import { block, collected, flag, many, scalar } from '../../config/schema.ts';
import { integer } from '../../config/schema-number.ts';
import { boolean, choice, optionalText, text, texts } from '../../config/schema-word.ts';
import { jsonField } from '../values/json-field.ts';
import { regex } from '../values/regex.ts';
import { pattern } from '../values/route-parts.ts';
import { stackSizes } from '../values/stack-sizes.ts';
import { statusCodes } from '../values/status-codes.ts';
import { checking, connection } from './check-common.ts';

const bytes = integer({ min: 0, max: 4_294_967_295, unit: 'bytes' });

const request = {
  path: scalar(text('a path', '<STRING>'), { doc: 'What is asked for.', example: '/health' }),
  digest: scalar(pattern('an MD5 sum of 32 hexadecimal digits', '<HEX32>', /^[\da-fA-F]{32}$/), {
    doc: 'MD5 sum that the body must have.',
    example: '9b3a0c85a887a256d6939da88aabd8cd',
  }),
  status_code: collected(statusCodes, {
    bare: 'ignored',
    doc: 'Status codes that are good.',
    example: '200 301-302',
  }),
  virtualhost: scalar(text('a host name'), {
    bare: 'ignored',
    doc: 'Host that is asked for.',
    example: 'www.example.org',
    otherwise: 'virtualhost of the checker',
  }),
  regex: scalar(regex, {
    bare: 'ignored',
    doc: 'Must match the body.',
    example: '"\\"status\\": *\\"ok\\""',
  }),
  regex_no_match: flag({ doc: 'The expression must not match.' }),
  regex_options: scalar(texts('an option', '<OPT>...'), {
    bare: 'ignored',
    doc: 'How the expression is read.',
    example: 'caseless multiline',
  }),
  regex_min_offset: scalar(bytes, {
    bare: 'ignored',
    doc: 'Where a match may begin at the earliest.',
    example: '10',
  }),
  regex_max_offset: scalar(bytes, {
    bare: 'ignored',
    doc: 'Where a match may begin at the latest.',
    example: '4096',
  }),
  json: scalar(jsonField, {
    bare: 'ignored',
    doc: 'A field of the JSON body, its steps joined by points, and what it must say.',
    example: 'checks.database up',
    extension: true,
  }),
  regex_stack: scalar(stackSizes, {
    bare: 'ignored',
    doc: 'Stack for matching, at first and at most.',
    example: '32768 65536',
    effect: 'none',
    reason:
      'it sizes the stack of the compiler for expressions that PCRE2 has, and expressions are matched by another engine here',
  }),
};

const ours = { extension: true } as const;

const secureRequest = {
  ...request,
  tls_compliant: scalar(boolean, {
    doc: 'Ends TLS as the standard asks, for this request.',
    example: 'true',
    otherwise: 'tls_compliant of the checker',
  }),
};

const http = {
  ...checking,
  retry: {
    ...checking.retry,
    aliases: { nb_get_retry: { deprecated: 'write retry' } },
  },
  ...connection,
  virtualhost: scalar(text('a host name'), {
    bare: 'ignored',
    doc: 'Host that is asked for.',
    example: 'www.example.org',
    otherwise: 'virtualhost of the server',
  }),
  http_protocol: scalar(choice(['1.0', '1.0C', '1.0c', '1.1']), {
    bare: 'ignored',
    doc: 'Version of HTTP; the letter C asks the server to close.',
    example: '1.1',
    fallback: '1.0',
  }),
  enable_sni: scalar(boolean, {
    doc: 'Names the host in the TLS handshake.',
    example: 'true',
    fallback: false,
  }),
  sni_name: scalar(optionalText('<NAME>'), {
    doc: 'The name for the TLS handshake.',
    example: 'www.example.org',
    otherwise: 'virtualhost of the request, the checker or the service',
  }),
  http2: flag({
    doc: 'Speaks HTTP/2: over TCP without asking first, over TLS as the handshake says.',
    extension: true,
  }),
  fast_recovery: scalar(boolean, {
    doc: 'Does not wait between requests at start and when recovering.',
    example: 'true',
    fallback: false,
  }),
};

const urlFacts = { doc: 'One request; all must succeed, one is made at a time.', example: '' };

export const httpGet = block({ ...http, url: many(block(request), urlFacts) });

export const sslGet = block({
  ...http,
  tls_compliant: scalar(boolean, {
    doc: 'Ends TLS as the standard asks.',
    example: 'true',
    fallback: false,
  }),
  verify: flag({
    doc: 'The certificate must be trusted by `ca` of the SSL block, else by the host.',
    ...ours,
  }),
  verify_name: scalar(text('a host name'), {
    bare: 'ignored',
    doc: 'The name that the certificate must be for; implies verify.',
    example: 'www.example.org',
    otherwise: 'the name of the handshake',
    ...ours,
  }),
  url: many(block(secureRequest), urlFacts),
});
