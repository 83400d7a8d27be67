/** What every implementation of the kernel port keeps of devices above an interface. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Mac } from '../../src/base/address.ts';
import type { Link, LinkIndex, WantedLink } from '../../src/ports.ts';
import type { KernelHost } from './kernel.ts';

const ONE = '00:00:5e:00:01:33' as Mac;
const OTHER = '00:00:5e:00:01:34' as Mac;
const DONE = { done: true };

export function devices(hostOf: () => KernelHost): void {
  it('makes a device above an interface, sets it up and removes it', async () => {
    const host = hostOf();
    assert.deepEqual(host.kernel.apply([{ kind: 'add-link', link: wanted(host) }]), [DONE]);
    const made = await toldOf(host, () => true);
    assert.ok(made !== undefined);
    const { parent, kind, mac, up } = made;
    assert.deepEqual([parent, kind, mac, up], [host.link, 'macvlan', ONE, false]);
    const device = { kind: 'macvlan', mac: OTHER } as const;
    const { index } = made;
    assert.deepEqual(host.kernel.apply([{ kind: 'set-link', index, device }]), [DONE]);
    const set = await toldOf(host, (link) => link?.running === true);
    assert.deepEqual([set?.index, set?.mac, set?.up], [index, OTHER, true]);
    assert.deepEqual(host.kernel.apply([{ kind: 'remove-link', index }]), [DONE]);
    assert.equal(await toldOf(host, (link) => link === undefined), undefined);
    assert.deepEqual(host.kernel.apply([{ kind: 'remove-link', index }]), [DONE]);
  });

  it('refuses a device whose name is taken, or that has nothing below', () => {
    const host = hostOf();
    const link = wanted(host);
    const results = host.kernel.apply([
      { kind: 'add-link', link },
      { kind: 'add-link', link },
      { kind: 'add-link', link: { ...link, name: 'other', parent: 4_000 as LinkIndex } },
    ]);
    const codes = results.map((result) => (result.done ? 'done' : result.error.code));
    assert.deepEqual(codes, ['done', 'EEXIST', 'ENODEV']);
  });

  it('tells that a device is gone with the interface below', async () => {
    const host = hostOf();
    host.kernel.apply([{ kind: 'add-link', link: wanted(host) }]);
    await toldOf(host, () => true);
    host.meddle({ kind: 'remove-link' });
    assert.equal(await toldOf(host, (link) => link === undefined), undefined);
  });
  removals(hostOf);
  news(hostOf);
}

function removals(hostOf: () => KernelHost): void {
  it('removes several devices at once, beside other operations, and touches no others', async () => {
    const host = hostOf();
    const link = wanted(host);
    const names = ['above9', 'above10', 'above11', 'stays'];
    host.kernel.apply(
      names.map((name, at) => {
        const mac = `00:00:5e:00:01:0${at}` as Mac;
        return { kind: 'add-link', link: { ...link, name, device: { kind: 'macvlan', mac } } };
      }),
    );
    const indexOf = (name: string) =>
      host.kernel.observe().links.find((one) => one.name === name)?.index ?? (0 as LinkIndex);
    const [first, second, third, stays] = names.map(indexOf);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const device = { kind: 'macvlan', mac: OTHER } as const;
    const results = host.kernel.apply([
      { kind: 'remove-link', index: first },
      { kind: 'remove-link', index: 4_000 as LinkIndex },
      { kind: 'remove-link', index: second },
      { kind: 'set-link', index: stays ?? first, device },
      { kind: 'remove-link', index: third },
    ]);
    assert.deepEqual(results, [DONE, DONE, DONE, DONE, DONE]);
    const left = () => host.kernel.observe().links.filter(({ kind }) => kind === 'macvlan');
    await host.waitFor(() => left().length < 2);
    assert.deepEqual(
      left().map(({ name, mac }) => [name, mac]),
      [['stays', OTHER]],
    );
  });

  it('works on while devices are being removed', async () => {
    const host = hostOf();
    host.kernel.apply([{ kind: 'add-link', link: wanted(host) }]);
    const made = await toldOf(host, () => true);
    assert.ok(made !== undefined);
    const { index } = made;
    host.kernel.apply([{ kind: 'remove-link', index }]);
    assert.deepEqual(host.kernel.apply([{ kind: 'remove-link', index }]), [DONE]);
    assert.equal(await toldOf(host, (link) => link === undefined), undefined);
    assert.deepEqual(host.kernel.apply([{ kind: 'add-link', link: wanted(host) }]), [DONE]);
    await toldOf(host, (link) => link !== undefined);
  });
}

function news(hostOf: () => KernelHost): void {
  it('tells of a link of which nothing has changed', async () => {
    const { kernel, link, waitFor } = hostOf();
    kernel.changes();
    assert.deepEqual(kernel.apply([{ kind: 'tell-link', index: link }]), [DONE]);
    let told = 0;
    await waitFor(() => {
      const changes = kernel.changes();
      told += changes.filter((one) => one.kind === 'link' && one.link.index === link).length;
      return told > 0;
    });
    assert.ok(told > 0);
    const [refused] = kernel.apply([{ kind: 'tell-link', index: 4_000 as LinkIndex }]);
    assert.ok(refused?.done === false && refused.error.code === 'ENODEV');
  });
}

function wanted({ link: parent }: KernelHost): WantedLink {
  const device = { kind: 'macvlan', mac: ONE } as const;
  return { name: 'above9', parent, device, mtu: 1_500, group: undefined, master: undefined };
}

/** The device as it was told last, when that is as wanted; undefined once it is told gone. */
async function toldOf(
  { kernel, waitFor }: KernelHost,
  isWanted: (link: Link | undefined) => boolean,
): Promise<Link | undefined> {
  let link: Link | undefined;
  let isTold = false;
  await waitFor(() => {
    for (const change of kernel.changes()) {
      if (change.kind === 'link' && change.link.name === 'above9') link = change.link;
      else if (change.kind !== 'link-gone') continue;
      else if (link === undefined || change.index === link.index) link = undefined;
      isTold = true;
    }
    return isTold && isWanted(link);
  });
  assert.ok(isTold && isWanted(link), `the device was told last as ${JSON.stringify(link)}`);
  return link;
}
