/** Metrics of instances and sync groups. */
import { between, toSeconds } from '../../base/units.ts';
import type { Status } from '../../daemon/control.ts';
import type { InstanceSnapshot, InstanceStatistics } from '../../engine/snapshot.ts';
import type { Family, Sample } from './text.ts';

const states = ['init', 'backup', 'master', 'fault'] as const;

export function instanceFamilies(status: Status): readonly Family[] {
  const { snapshot } = status;
  if (snapshot === undefined) return [];
  const { instances, groups } = snapshot;
  return [
    {
      name: 'holdfast_instance_info',
      type: 'gauge',
      help: 'Always 1; interface and virtual router id are labels.',
      samples: instances.map((instance) => ({ labels: identity(instance), value: 1 })),
    },
    ...stateFamilies(status, instances),
    {
      name: 'holdfast_group_state',
      type: 'gauge',
      help: 'The state that a sync group is in is 1, the others are 0.',
      samples: groups.flatMap(({ name, state }) => stateSamples({ group: name }, state)),
    },
    ...counters(instances),
    {
      name: 'holdfast_instance_transitions_total',
      type: 'counter',
      help: 'Changes of state, by the new state and the cause.',
      samples: status.transitions.map(({ instance, to, cause, count }) => ({
        labels: { instance, to, cause },
        value: count,
      })),
    },
  ];
}

function identity({ name, interface: link, virtualRouterId }: InstanceSnapshot) {
  return { instance: name, interface: link ?? '', virtual_router_id: String(virtualRouterId) };
}

function stateSamples(labels: Sample['labels'], state: string): readonly Sample[] {
  return states.map((each) => ({
    labels: { ...labels, state: each },
    value: each === state ? 1 : 0,
  }));
}

function stateFamilies(status: Status, instances: readonly InstanceSnapshot[]): readonly Family[] {
  const gauge = (name: string, help: string, value: (one: InstanceSnapshot) => number): Family => ({
    name: `holdfast_instance_${name}`,
    type: 'gauge',
    help,
    samples: instances.map((one) => ({ labels: { instance: one.name }, value: value(one) })),
  });
  return [
    {
      name: 'holdfast_instance_state',
      type: 'gauge',
      help: 'The state that the instance is in is 1, the others are 0.',
      samples: instances.flatMap(({ name, state }) => stateSamples({ instance: name }, state)),
    },
    gauge(
      'state_since_seconds',
      'When the instance came into its state, in Unix time.',
      ({ since }) => (status.wall - between(since, status.now)) / 1_000_000,
    ),
    gauge('priority', 'Effective priority.', ({ priority }) => priority.effective),
    gauge('base_priority', 'Configured priority.', ({ priority }) => priority.base),
    gauge('faults', 'Faults that keep it from running.', ({ faults }) => faults.length),
    gauge('master_interval_seconds', 'Advertisement interval in use.', ({ masterInterval }) =>
      toSeconds(masterInterval),
    ),
    {
      name: 'holdfast_instance_address_present',
      type: 'gauge',
      help: 'Whether this host holds the virtual address.',
      samples: instances.flatMap(({ name, addresses }) =>
        addresses.map(({ address, prefix, interface: link, present }) => ({
          labels: { instance: name, address: `${address}/${prefix}`, interface: link },
          value: present ? 1 : 0,
        })),
      ),
    },
  ];
}

function counters(instances: readonly InstanceSnapshot[]): readonly Family[] {
  const counter = (
    name: string,
    help: string,
    value: (statistics: InstanceStatistics) => number,
  ): Family => ({
    name: `holdfast_instance_${name}_total`,
    type: 'counter',
    help,
    samples: instances.map((one) => ({
      labels: { instance: one.name },
      value: value(one.statistics),
    })),
  });
  return [
    counter('advertisements_sent', 'Advertisements sent.', ({ sent }) => sent),
    counter('advertisements_received', 'Advertisements heeded.', ({ received }) => received),
    {
      name: 'holdfast_instance_advertisements_rejected_total',
      type: 'counter',
      help: 'Advertisements that were not heeded, by reason.',
      samples: instances.flatMap(({ name, statistics }) =>
        Object.entries(statistics.rejected).map(([reason, value]) => ({
          labels: { instance: name, reason },
          value,
        })),
      ),
    },
    counter('priority_zero_sent', 'Resignations sent.', (one) => one.priorityZeroSent),
    counter('priority_zero_received', 'Resignations heard.', (one) => one.priorityZeroReceived),
    counter('became_master', 'Times it became master.', ({ becameMaster }) => becameMaster),
    counter('released_master', 'Times it stopped being master.', (one) => one.releasedMaster),
  ];
}
