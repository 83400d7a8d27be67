/** What `holdfast explain CODE` tells about a finding. */
import type { CodePage } from '../../config/codes.ts';

export function renderCodePage(code: string, page: CodePage): string {
  const example = page.example.trimEnd().replaceAll(/^/gm, '    ');
  return `${page.severity}[${code}]: ${page.title}

${page.meaning}

What keepalived does: ${page.keepalived.replace(/\.$/, '')}.

What to do: ${page.cure}

An example that triggers it:

${example}
`;
}
