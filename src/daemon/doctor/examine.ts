/** Looks at this host with the eyes of a configuration, and tells what would make a connection or a failover hang. */
import { readFileSync } from 'node:fs';
import { toMilliseconds } from '../../base/units.ts';
import { balancerModel } from '../../engine/translation/balancer-model.ts';
import { failoverModel } from '../../engine/translation/failover-model.ts';
import type { Model } from '../../language/model.ts';
import { LinuxKernel } from '../../linux/kernel/kernel.ts';
import { sourceTowards } from '../../linux/udp/source.ts';
import type { KernelState } from '../../ports.ts';
import { openPlane } from '../balancing/plane.ts';
import type { Examined } from './finding.ts';
import { examinations } from './findings/all.ts';
import { remembered } from './in-parallel.ts';
import type { Patient } from './patient.ts';
import { openClaims } from './probes/claims.ts';
import { connecting } from './probes/connecting.ts';
import { answersPing } from './probes/echo.ts';
import { openKnocking } from './probes/knocking.ts';
import { listening } from './probes/listening.ts';
import { managersOf } from './probes/managers.ts';
import { legacyTables, readRuleset } from './probes/ruleset.ts';
import { savedRules } from './probes/saved-rules.ts';
import { writtenServers } from './written-server.ts';

/** `states` are those of the daemon that runs here, by instance. Takes some seconds. */
export async function examine(
  model: Model,
  states: ReadonlyMap<string, string>,
): Promise<Examined> {
  const unseen: string[] = [];
  const patient = await admit(model, states, unseen);
  const findings = await Promise.all(examinations.map((examination) => examination(patient)));
  patient.discharge();
  return { findings: findings.flat(), unseen };
}

async function admit(
  model: Model,
  states: ReadonlyMap<string, string>,
  unseen: string[],
): Promise<Patient & { readonly discharge: () => void }> {
  const { links, addresses } = observed();
  const { services } = balancerModel(model).model;
  const { instances } = failoverModel(model);
  const [ruleset, heard] = await Promise.all([
    readRuleset(),
    instances.length === 0
      ? []
      : listening({ instances, links, addresses, milliseconds: patienceFor(instances) }),
  ]);
  if ('unseen' in ruleset) unseen.push(ruleset.unseen);
  const legacy = legacyTables();
  if (legacy !== undefined) unseen.push(legacy);
  const [claims, knocking] = [openClaims(addresses), openKnocking(addresses)];
  return {
    ...{ services, instances, states, links, addresses, heard },
    written: writtenServers(model),
    plane: services.length === 0 ? undefined : await planeHere(model),
    setting: readSetting,
    linkTowards: (address) => {
      const source = sourceTowards(address);
      const owner = source.ok
        ? addresses.find((each) => each.address === source.value)?.link
        : undefined;
      return links.find(({ index }) => index === owner);
    },
    ruleset: 'rules' in ruleset ? ruleset.rules : undefined,
    saved: savedRules(),
    managers: managersOf(links),
    probes: {
      claims: remembered((link, address) => `${link.index} ${address}`, claims.ask),
      connect: remembered((...words) => words.join(' '), connecting),
      knock: knocking.knock,
      answersPing,
    },
    discharge: () => {
      claims.close();
      knocking.close();
    },
  };
}

/** Long enough to hear each master once more than once, and no longer than somebody waits at a terminal. */
function patienceFor(instances: Patient['instances']): number {
  const intervals = instances.map(({ advertInterval }) => toMilliseconds(advertInterval));
  return Math.min(5_000, Math.max(500, 2.5 * Math.max(...intervals)));
}

function observed(): KernelState {
  const kernel = new LinuxKernel({ onReadable: () => kernel.changes() });
  const state = kernel.observe();
  kernel.close();
  return state;
}

async function planeHere(model: Model): Promise<Patient['plane']> {
  const { kind } = balancerModel(model).model.plane;
  const opened = await openPlane(kind, () => undefined);
  if (opened.kind === 'none') return undefined;
  opened.plane.close();
  return opened.plane.kind;
}

function readSetting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
