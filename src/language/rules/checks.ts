/** Checks of servers have something to ask. */
import { fromPcre } from '../../health/pcre.ts';
import type { RealServer } from '../model.ts';
import { checkTargets } from './check-targets.ts';
import type { RuleContext } from './context.ts';
import { ordinaryServices } from './ordinary.ts';

export function checkChecks(context: RuleContext): void {
  const files = new Set(context.model.track_file.map(({ name }) => name));
  const sessions = new Set(context.model.bfd_instance.map(({ name }) => name));
  const ordinary = ordinaryServices(context.model);
  for (const node of context.model.virtual_server) {
    if (ordinary.has(node)) continue;
    for (const server of node.real_server) checksOf(context, server, { files, sessions });
  }
}

type UrlNode = RealServer['HTTP_GET' | 'SSL_GET'][number]['url'][number];

const settings = [
  'regex_no_match',
  'regex_options',
  'regex_min_offset',
  'regex_max_offset',
] as const;

function expressionOf(context: RuleContext, node: UrlNode): void {
  if (node.regex === undefined) {
    const key = settings.find((each) => node[each] !== undefined && node[each] !== false);
    if (key === undefined) return;
    context.report({
      code: 'lvs.expression-missing',
      absent: 'regex',
      at: { node, key },
      message: `${key} does nothing without regex`,
    });
    return;
  }
  const { regex_min_offset: least = 0, regex_max_offset: most = least } = node;
  if (least > most) {
    context.report({
      code: 'lvs.offsets-crossed',
      at: { node, key: 'regex_min_offset' },
      message: `regex_min_offset ${least} is behind regex_max_offset ${most}; nothing matches`,
    });
  }
  const options = (node.regex_options ?? []).flatMap((word) => word.toLowerCase().split('|'));
  const { source, flags, trouble } = fromPcre(node.regex, options);
  const why = trouble?.what ?? whyUnreadable(source, flags);
  if (why === undefined) return;
  context.report({
    code: 'lvs.expression-unreadable',
    at: { node, key: 'regex' },
    message: `this expression cannot be read (${why}); the check never succeeds`,
    help: trouble?.cure ?? 'write it in the words that PCRE2 and JavaScript share',
  });
}

function whyUnreadable(source: string, flags: string): string | undefined {
  try {
    new RegExp(source, flags);
    return undefined;
  } catch (error) {
    // `Invalid regular expression: /(/: Unterminated group`
    return error instanceof Error ? error.message.split(': ').at(-1) : 'it is damaged';
  }
}

interface Defined {
  readonly files: ReadonlySet<string>;
  readonly sessions: ReadonlySet<string>;
}

function checksOf(context: RuleContext, server: RealServer, defined: Defined): void {
  checkTargets(context, server);
  for (const key of ['HTTP_GET', 'SSL_GET'] as const) {
    for (const node of server[key]) {
      if (node.url.length === 0) lacking(context, { node, name: key }, 'url');
      for (const url of node.url) expressionOf(context, url);
    }
  }
  for (const node of server.MISC_CHECK) {
    if (node.misc_path === undefined) lacking(context, { node, name: 'MISC_CHECK' }, 'misc_path');
  }
  for (const node of server.BFD_CHECK) {
    const { name } = node;
    if (name === undefined) lacking(context, { node, name: 'BFD_CHECK' }, 'name');
    else if (!defined.sessions.has(name)) {
      context.report({
        code: 'track.unknown-name',
        at: { node, key: 'name' },
        message: `BFD_CHECK names ${name}, and no bfd_instance has that name; nothing is watched`,
        help: `define bfd_instance ${name}`,
      });
    }
  }
  for (const node of server.FILE_CHECK) {
    const { track_file: file } = node;
    if (file === undefined) lacking(context, { node, name: 'FILE_CHECK' }, 'track_file');
    else if (!defined.files.has(file)) {
      context.report({
        code: 'track.unknown-name',
        at: { node, key: 'track_file' },
        message: `FILE_CHECK names ${file}, and no track_file has that name; nothing is watched`,
        help: `define track_file ${file}`,
      });
    }
  }
}

function lacking(
  { report }: RuleContext,
  check: { readonly node: object; readonly name: string },
  keyword: string,
): void {
  report({
    code: 'lvs.check-incomplete',
    absent: keyword,
    at: { node: check.node },
    message: `this ${check.name} has no ${keyword} and is left out`,
  });
}
