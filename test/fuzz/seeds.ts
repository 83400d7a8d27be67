/** Texts to start from: small files of every kind that the reader knows. */
import { globSync, readFileSync } from 'node:fs';
import { readerCodes } from '../../src/config/codes.ts';

const plain = `! Configuration File
global_defs {
    notification_email { ops@example.org }
    router_id LVS_DEVEL # name
}
vrrp_script check { script "/usr/bin/killall -0 'haproxy'" interval 2 }
vrrp_instance VI_1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    authentication
    {
        auth_type PASS
        auth_pass 1111
    }
    virtual_ipaddress {
        192.168.200.16/24 dev eth1 label eth1:0
    }
}
virtual_server 10.10.10.2 1358{
    lb_algo rr
    real_server 192.168.200.2 1358 { weight 1 HTTP_GET { url { path /t.html } } }
}
`;

/** What runs into a bound takes as long as the bound allows; the unit tests do that once. */
const dear: ReadonlySet<string> = new Set(['expand.too-large', 'syntax.more-findings']);

/** The pages' examples, the goldens' inputs, and whatever folders the caller names. */
export function seedTexts(folders: readonly string[]): readonly string[] {
  const goldens = globSync(`${import.meta.dirname}/../config/reader/*.txt`);
  const named = folders.flatMap((folder) => globSync(`${folder}/*.conf`));
  const examples = Object.entries(readerCodes).flatMap(([code, page]) =>
    dear.has(code) ? [] : [page.example],
  );
  const files = [...goldens, ...named].sort().map((path) => readFileSync(path, 'utf8'));
  return [plain, ...examples, ...files];
}
