/**
 * What the failover process has in the kernel besides addresses and routes, and what it changed there: devices, a table of the
 * packet filter, settings. Who is killed cannot put any of it back, so it is kept in a file of the state directory, and the
 * next daemon does.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isEqual } from '../../config/equal.ts';
import type { DeviceModel, FailoverModel } from '../../engine/model.ts';
import type { Leavings, SettingSnapshot } from '../../engine/snapshot.ts';

const nothing: Leavings = { settings: [], devices: [] };

export class LeavingsBook {
  readonly #path: string | undefined;
  readonly #complain: (text: string) => void;
  #held: Leavings;
  #table: string | undefined;
  #isComplained = false;

  /** Without a path it is kept in memory alone. */
  constructor(path: string | undefined, complain: (text: string) => void) {
    this.#path = path;
    this.#complain = complain;
    this.#held = path === undefined ? nothing : read(path);
  }

  /** What a failover process that starts now may find. */
  get held(): Leavings {
    return this.#held;
  }

  /** Written down before anything of it is made; what was there before stays in the book until it is gone. */
  use({ instances, firewall }: FailoverModel): void {
    const wanted = instances.flatMap(({ devices = [] }) => devices);
    const names = new Set(wanted.map(({ name }) => name));
    const former = this.#held.devices.filter(({ name }) => !names.has(name));
    this.#table = firewall?.name;
    const table = this.#table ?? this.#held.table;
    this.#hold({
      ...this.#held,
      devices: [...former, ...wanted],
      ...(table === undefined ? {} : { table }),
    });
  }

  /** What settings were before they were changed; who tells so has removed a table that is not used any more. */
  found(settings: readonly SettingSnapshot[]): void {
    const { devices } = this.#held;
    const table = this.#table;
    this.#hold({ settings, devices, ...(table === undefined ? {} : { table }) });
  }

  /** A device that nobody needs any more is gone. */
  removed(device: string): void {
    const devices = this.#held.devices.filter(({ name }) => name !== device);
    this.#hold({ ...this.#held, devices });
  }

  /** Everything has been put back. */
  release(): void {
    this.#held = nothing;
    if (this.#path !== undefined) rmSync(this.#path, { force: true });
  }

  #hold(held: Leavings): void {
    if (isEqual(held, this.#held)) return;
    this.#held = held;
    if (this.#path === undefined) return;
    try {
      if (isNothing(held)) rmSync(this.#path, { force: true });
      else {
        writeFileSync(`${this.#path}.new`, JSON.stringify(held), { mode: 0o600 });
        renameSync(`${this.#path}.new`, this.#path);
      }
    } catch (thrown) {
      if (this.#isComplained) return;
      this.#isComplained = true;
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      this.#complain(
        `what is to be put back in the kernel cannot be written down for the next start: ${why}`,
      );
    }
  }
}

function isNothing({ settings, devices, table }: Leavings): boolean {
  return settings.length + devices.length === 0 && table === undefined;
}

/** What is not of this form is nothing: the file is ours, but a disk may be full at any moment. */
function read(path: string): Leavings {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof found !== 'object' || found === null) return nothing;
    const { settings, devices, table } = found as Readonly<Record<string, unknown>>;
    return {
      settings: listOf(settings, isSetting),
      devices: listOf(devices, isDevice),
      ...(typeof table === 'string' ? { table } : {}),
    };
  } catch {
    return nothing;
  }
}

function listOf<Item>(value: unknown, is: (each: unknown) => each is Item): readonly Item[] {
  return Array.isArray(value) ? value.filter(is) : [];
}

function isSetting(value: unknown): value is SettingSnapshot {
  if (typeof value !== 'object' || value === null) return false;
  const { name, was } = value as Readonly<Record<string, unknown>>;
  const isName = typeof name === 'string' && name.startsWith('net/') && !name.includes('..');
  return isName && typeof was === 'string';
}

function isDevice(value: unknown): value is DeviceModel {
  if (typeof value !== 'object' || value === null) return false;
  const { name, parent, device } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || typeof parent !== 'string') return false;
  if (typeof device !== 'object' || device === null) return false;
  const { kind, mac } = device as Readonly<Record<string, unknown>>;
  return kind === 'ipvlan' || (kind === 'macvlan' && typeof mac === 'string');
}
