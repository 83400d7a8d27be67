/** HTTP_GET and SSL_GET: what is asked for, and what is a good answer (behaviour 19). */
import type { HttpChecker, HttpPattern, HttpUrl, TlsSettings } from '../../health/checker.ts';
import { fromPcre } from '../../health/pcre.ts';
import type { RealServer } from '../../language/model.ts';
import type { CheckScene } from './balancer-checks.ts';
import { trustOf } from './balancer-tls.ts';

type PlainNode = RealServer['HTTP_GET'][number];
type SecureNode = RealServer['SSL_GET'][number];
type UrlNode = PlainNode['url'][number] | SecureNode['url'][number];

export function httpChecker(scene: CheckScene, node: PlainNode | SecureNode): HttpChecker {
  const { virtual, server } = scene;
  const host = node.virtualhost ?? server.virtualhost ?? virtual.virtualhost;
  const compliant = 'tls_compliant' in node && node.tls_compliant;
  return {
    kind: 'http',
    tls: 'tls_compliant' in node ? tlsOf(scene, node) : undefined,
    protocol: node.http_protocol === '1.0c' ? '1.0C' : node.http_protocol,
    ...(node.http2 ? { http2: true } : {}),
    urls: node.url.map((url) => urlOf(url, host, compliant)),
  };
}

function tlsOf({ model }: CheckScene, node: SecureNode): TlsSettings {
  return {
    sni: node.enable_sni,
    sniName: node.sni_name === '' ? undefined : node.sni_name,
    ...trustOf(model, node),
  };
}

function urlOf(node: UrlNode, host: string | undefined, compliant: boolean): HttpUrl {
  return {
    path: node.path ?? '/',
    host: node.virtualhost ?? host,
    digest: node.digest?.toLowerCase(),
    statuses: node.status_code.flat().map(({ from, to }) => ({ first: from, last: to })),
    pattern: patternOf(node),
    tlsCompliant: ('tls_compliant' in node ? node.tls_compliant : undefined) ?? compliant,
    ...(node.json === undefined ? {} : { json: node.json }),
  };
}

function patternOf(node: UrlNode): HttpPattern | undefined {
  if (node.regex === undefined) return undefined;
  const options = (node.regex_options ?? []).flatMap((word) => word.split('|'));
  const words = options.map((option) => option.toLowerCase());
  const { source, flags, trouble } = fromPcre(node.regex, words);
  return {
    written: node.regex,
    ...{ source, flags },
    ...(trouble === undefined ? {} : { trouble: trouble.what }),
    wantsMatch: !node.regex_no_match,
    minimumOffset: node.regex_min_offset ?? 0,
    maximumOffset: node.regex_max_offset,
  };
}
