/** Rules of somebody that are loaded from a file, with our table in it or without care for it. */
import type { Examination, Finding } from '../patient.ts';

export const rulesSaved: Examination = ({ saved, plane, services }) =>
  saved.flatMap(({ path, holdsOurs, flushes }): Finding[] => {
    if (holdsOurs) {
      return [
        {
          code: 'rules-saved',
          what: 'the table of Holdfast was saved with the rules of others: nft cannot load it, and with it nothing in the file, so this host may start without a packet filter',
          where: path,
          cure: 'take `table ip holdfast` and `table ip6 holdfast` out of it, and save the other tables one by one: nft list table inet filter',
        },
      ];
    }
    if (!flushes || plane !== 'nftables' || services.length === 0) return [];
    return [
      {
        code: 'rules-flushed',
        what: 'whenever the rules of this host are loaded anew, the table of Holdfast goes for a moment, and what comes in that moment by NAT is reset',
        where: `${path}: flush ruleset`,
        cure: 'flush what the file defines and nothing else: in the place of `flush ruleset`, `table inet filter` and `flush table inet filter`, for each of its tables',
      },
    ];
  });
