/** A plan for people: what happens to what, and what is left alone. */
import type { Difference } from '../../engine/plan/difference.ts';
import {
  type AddressStep,
  type InstanceStep,
  isQuiet,
  type NamedStep,
  type Plan,
  type ServiceStep,
} from '../../engine/plan/plan.ts';

export function renderPlan(plan: Plan): string {
  if (isQuiet(plan)) return 'nothing changes\n';
  const kept = plan.instances.filter(({ kind }) => kind === 'keep').length;
  const blocks = [
    block('instances', [
      ...plan.instances.flatMap(instanceLines),
      ...keptLine(kept, 'its state, timers and addresses', 'their states, timers and addresses'),
    ]),
    block('addresses', plan.addresses.map(addressLine)),
    block('sync groups', named(plan.groups, groupWords)),
    block('track scripts', [
      ...named(plan.scripts, scriptWords),
      ...keptLine(
        plan.scripts.filter(({ kind }) => kind === 'keep').length,
        'its verdict and counters',
        'their verdicts and counters',
      ),
    ]),
    block('BFD sessions', [
      ...named(plan.sessions, sessionWords),
      ...keptLine(
        plan.sessions.filter(({ kind }) => kind === 'keep').length,
        'its state',
        'their states',
      ),
    ]),
    block('services', [
      ...plan.services.flatMap(serviceLines),
      ...keptLine(plan.servicesKept, 'its connections', 'their connections'),
    ]),
    block('daemon', plan.host.map(difference)),
    block('processes, when they are started the next time', plan.process.map(difference)),
  ];
  return blocks.join('');
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function keptLine(count: number, one: string, many: string): readonly string[] {
  if (count === 0) return [];
  return [count === 1 ? `1 other keeps ${one}` : `${count} others keep ${many}`];
}

function instanceLines(step: InstanceStep): readonly string[] {
  if (step.kind === 'keep') return [];
  const { name, formerName, interface: link, virtualRouterId } = step;
  const place = `${link ?? 'no interface'}, virtual router ${virtualRouterId}`;
  const former = formerName === undefined ? '' : `, until now ${formerName}`;
  return [
    `${step.kind} ${name} (${place}${former}): ${instanceWords(step)}`,
    ...step.differences.map((each) => `  ${difference(each)}`),
    ...(step.peersMustFollow ? [`  ${alike}`] : []),
  ];
}

const alike =
  'peers whose files say otherwise may ignore its advertisements and become master too: change theirs as well';

function instanceWords(step: InstanceStep): string {
  switch (step.kind) {
    case 'add':
      return 'begins as backup, or as its state and priority say';
    case 'remove':
      return 'resigns and gives up its addresses';
    case 'restart':
      return 'resigns, then begins anew';
    default:
      return step.advertisesDifferently
        ? 'goes on; its next advertisement tells the difference'
        : 'goes on';
  }
}

function addressLine(step: AddressStep): string {
  const { interface: link, instance, from } = step;
  const what = `${step.address}/${step.prefix}`;
  switch (step.kind) {
    case 'appear':
      return `${what} appears on ${link} while ${instance} is master here`;
    case 'vanish':
      return `${what} vanishes from ${link} (${instance}): connections to it end`;
    case 'move':
      return `${what} moves to ${link} (${instance}) from ${from?.interface} (/${from?.prefix}, ${from?.instance}): connections to it may end`;
    case 'hand-over':
      return `${what} stays on ${link} while this host is master of both: it passes from ${from?.instance}'s virtual router to ${instance}'s`;
    case 'interrupt':
      return `${what} leaves ${link} until ${instance} has been elected again: connections to it pause or end`;
    case 'replace':
      return `${what} on ${link} (${instance}) is removed and added again at once, since it is described differently`;
  }
}

function named(steps: readonly NamedStep[], words: (step: NamedStep) => string): readonly string[] {
  return steps
    .filter(({ kind }) => kind !== 'keep')
    .flatMap((step) => [
      `${step.kind} ${step.name}: ${words(step)}`,
      ...step.differences.map((each) => `  ${difference(each)}`),
    ]);
}

function groupWords({ kind }: NamedStep): string {
  if (kind === 'add') return 'its members are master together from now on';
  return kind === 'remove' ? 'its members go their own ways' : 'goes on';
}

function scriptWords({ kind }: NamedStep): string {
  if (kind === 'add') return 'starts';
  if (kind === 'remove') return 'is stopped, and counts no more';
  return 'starts anew; its verdict stays until the first result';
}

function sessionWords({ kind }: NamedStep): string {
  if (kind === 'add') return 'begins; down until the neighbour answers';
  if (kind === 'remove') return 'ends, and the neighbour is told';
  if (kind === 'restart') return 'ends, and begins anew between the new addresses';
  return 'goes on, and negotiates with the neighbour';
}

function serviceLines(step: ServiceStep): readonly string[] {
  const connections =
    step.kind === 'remove'
      ? ': its connections end'
      : step.kind === 'add'
        ? ''
        : ': its connections go on';
  const kept = step.serversKept;
  return [
    `${step.kind} ${step.name}${connections}`,
    ...step.differences.map((each) => `  ${difference(each)}`),
    ...step.servers.flatMap((server) => [
      `  ${server.kind} ${server.name}${server.kind === 'remove' ? ': connections through it end' : ''}`,
      ...server.differences.map((each) => `    ${difference(each)}`),
    ]),
    ...(kept === 0 ? [] : [`  ${kept} servers are kept as they are`]),
  ];
}

function difference({ what, before, after }: Difference): string {
  if (before === '' && after === '') return `${what} changes`;
  return `${what}: ${before === '' ? 'none' : before} -> ${after === '' ? 'none' : after}`;
}
