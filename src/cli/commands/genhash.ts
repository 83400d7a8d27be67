/** `holdfast genhash`: the digest of a page as the checkers see it, with the options of keepalived's genhash. */
import { fetchPage } from '../../daemon/checks/page.ts';
import type { GenhashWords } from '../program-balancing.ts';

export async function genhash(words: GenhashWords): Promise<number> {
  const page = await fetchPage({
    address: words.server,
    port: words.port,
    path: words.url,
    host: words.useVirtualhost,
    tls: words.useSsl === true,
    sni: words.useSni === true,
    mark: words.fwmark,
    protocol: words.protocol === '1.1' ? '1.1' : words.protocol === '1.0' ? '1.0' : '1.0C',
    timeout: words.timeout,
  });
  if (!page.ok) {
    process.stderr.write(
      `holdfast: no page from ${words.server} port ${words.port}: ${page.error}\n`,
    );
    return 1;
  }
  const { head, body, digest } = page.value;
  if (words.verbose === true) process.stdout.write(`${head}${body.toString('latin1')}\n\n`);
  process.stdout.write(`${digest}\n`);
  return 0;
}
