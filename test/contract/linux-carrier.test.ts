/** Whether there is carrier, as the drivers of a real kernel answer it. */
import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import type { CarrierMethod, OperationResult } from '../../src/ports.ts';
import { enterLaboratory, type LinuxKernelHost, openLinuxKernelHost } from './linux-world.ts';

enterLaboratory(import.meta.filename);

let opened: LinuxKernelHost | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

it('is answered by the method asked for, or by the first that works', async () => {
  opened = await openLinuxKernelHost();
  const { kernel, space, meddle } = opened;
  const ask = (method?: CarrierMethod, name = 'eth9'): OperationResult | undefined => {
    const operation = { kind: 'ask-carrier', interface: name, method } as const;
    return space.inside(() => kernel.apply([operation]))[0];
  };
  const answers = () => [ask('ETHTOOL'), ask('IOCTL'), ask()];
  const all = (was: string) => [was, was, was].map((each) => ({ done: true, was: each }));
  assert.deepEqual(answers(), all('up'));
  meddle({ kind: 'cable-out' });
  assert.deepEqual(answers(), all('down'));
  const [gone, mii] = [ask('ETHTOOL', 'nowhere9'), ask('MII')];
  assert.ok(gone?.done === false && gone.error.code === 'ENODEV');
  assert.ok(mii?.done === false && mii.error.errno === 95, JSON.stringify(mii));
});
