/** The commands about load balancing. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseAddress } from '../base/address.ts';

export interface GenhashWords {
  readonly server: ReturnType<typeof addressFrom>;
  readonly port: number;
  readonly url: string;
  readonly useSsl?: true;
  readonly useSni?: true;
  readonly useVirtualhost?: string;
  readonly verbose?: true;
  readonly fwmark?: number;
  readonly protocol: string;
  readonly timeout: number;
}

export function addBalancingCommands(program: Command): void {
  program
    .command('genhash')
    .description('print the digest that HTTP_GET and SSL_GET want of a page')
    .requiredOption('-s, --server <address>', 'the address of the server', addressFrom)
    .requiredOption('-p, --port <port>', 'its port', numberFrom(1, 65_535))
    .requiredOption('-u, --url <path>', 'what is asked for: /index.html')
    .option('-S, --use-ssl', 'speak TLS')
    .option('-I, --use-sni', 'name the host of -V in the handshake')
    .option('-V, --use-virtualhost <host>', 'the host that is asked for')
    .option('-v, --verbose', 'print the answer too')
    .option('-m, --fwmark <mark>', 'the firewall mark of the packets', numberFrom(0, 4_294_967_295))
    .addOption(
      new Option('-P, --protocol <version>', 'the version of HTTP')
        .choices(['1.0', '1.0c', '1.0C', '1.1'])
        .default('1.0'),
    )
    .option('-t, --timeout <seconds>', 'for each answer', numberFrom(1, 3_600), 5)
    .action(async (words: GenhashWords) => {
      const { genhash } = await import('./commands/genhash.ts');
      process.exitCode = await genhash(words);
    });
}

function addressFrom(text: string): NonNullable<ReturnType<typeof parseAddress>> {
  const address = parseAddress(text);
  if (address === undefined) {
    throw new InvalidArgumentError('It must be an address: names are not looked up.');
  }
  return address;
}

function numberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most)) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return number;
  };
}
