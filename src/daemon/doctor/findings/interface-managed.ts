/** Another program takes addresses away that it does not know. */
import type { Examination, Finding } from '../patient.ts';

export const interfaceManaged: Examination = ({ instances, links, managers }) => {
  const names = new Set(
    instances.flatMap(({ interface: place, addresses, excludedAddresses }) => [
      place,
      ...[...addresses, ...excludedAddresses].map((each) => each.interface ?? place),
    ]),
  );
  return links.flatMap(({ name, index }): Finding[] => {
    const manager = managers.get(index);
    if (!names.has(name) || manager === undefined) return [];
    return [{ code: 'interface-managed', ...manager, where: name }];
  });
};
