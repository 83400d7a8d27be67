/** Two who speak for one virtual router: two masters, or two pairs that share an id. */
import type { Address } from '../../../base/address.ts';
import type { InstanceModel } from '../../../engine/model.ts';
import type { HeardAdvertisement } from '../heard.ts';
import type { Examination, Finding } from '../patient.ts';

export const routerIdTwice: Examination = ({ instances, links, heard, states }) =>
  instances.flatMap((instance): readonly Finding[] => {
    const link = links.find(({ name }) => name === instance.interface);
    const own = heard.filter(
      (one) =>
        one.link === link?.index &&
        one.virtualRouterId === instance.virtualRouterId &&
        one.priority > 0,
    );
    const where = `${instance.interface ?? 'unicast'}, virtual router ${instance.virtualRouterId}`;
    const strangers = own.filter((one) => !isOfInstance(one, instance));
    const [stranger] = strangers;
    if (stranger !== undefined) {
      return [
        {
          code: 'router-id-taken',
          what: `${stranger.source} uses the virtual router id ${instance.virtualRouterId} for ${stranger.addresses.join(', ')}, and ${instance.name} for others`,
          where,
          cure: 'give one of the two another virtual_router_id, on all of its hosts',
        },
      ];
    }
    const speakers = new Set<Address>(own.map(({ source }) => source));
    const isMaster = states.get(instance.name) === 'master';
    if (speakers.size + (isMaster ? 1 : 0) < 2) return [];
    const who = [...(isMaster ? ['this host'] : []), ...speakers].join(' and ');
    return [
      {
        code: 'two-masters',
        what: `${who} are master of ${instance.name} at once: they do not hear or do not heed each other`,
        where,
        cure: 'compare version, authentication and advert_int of both (holdfast check --cluster), and their firewalls; holdfast status tells what was refused and why',
      },
    ];
  });

/** One that advertises nothing holds excluded addresses alone. */
function isOfInstance(one: HeardAdvertisement, { addresses }: InstanceModel): boolean {
  const own = new Set(addresses.map(({ address }) => address));
  return (
    own.size === 0 || one.addresses.length === 0 || one.addresses.some((each) => own.has(each))
  );
}
