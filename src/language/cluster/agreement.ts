/** What all nodes of a virtual router must say alike, or they do not hear each other. */
import { renderDuration } from '../../base/units.ts';
import { intervalOf, versionOf } from '../effective.ts';
import type { ClusterCode, ClusterReport } from './report.ts';
import type { Member, VirtualRouter } from './virtual-routers.ts';

/** keepalived and Holdfast send no more of a password. */
const secretLength = 8;

export function checkAgreement(router: VirtualRouter, report: ClusterReport): void {
  const [first, ...others] = router;
  if (first === undefined) return;
  for (const other of others) {
    const differ = differences(first, other);
    for (const { code, key, message, label } of differ) {
      report({
        code,
        at: { of: other.of, node: other.node, key },
        message: `${message} (${other.node.name})`,
        related: [{ of: first.of, node: first.node, key, label }],
      });
    }
    // Where even the id is another one, nothing else is known to belong together.
    if (!differ.some(({ code }) => code === 'cluster.router-id-differs')) {
      addresses(first, other, report);
    }
  }
}

interface Disagreement {
  readonly code: ClusterCode;
  readonly key: string;
  readonly message: string;
  readonly label: string;
}

function differences(first: Member, other: Member): readonly Disagreement[] {
  const [id, otherId] = [first.node.virtual_router_id, other.node.virtual_router_id];
  const [version, otherVersion] = [first, other].map(({ global, node }) => versionOf(global, node));
  const found: Disagreement[] = [];
  if (id !== otherId) {
    found.push({
      code: 'cluster.router-id-differs',
      key: 'virtual_router_id',
      message: `the same addresses have virtual router id ${otherId} here and ${id} in ${first.file}`,
      label: `${id} here`,
    });
  }
  if (version !== otherVersion) {
    found.push({
      code: 'cluster.version-differs',
      key: 'version',
      message: `version ${otherVersion} here and ${version} in ${first.file}`,
      label: `version ${version} here`,
    });
    return found;
  }
  found.push(...intervals(first, other), ...passwords(first, other));
  return found;
}

function intervals(first: Member, other: Member): readonly Disagreement[] {
  const [one, two] = [first, other].map(({ global, node }) => intervalOf(global, node));
  if (one === undefined || two === undefined || one === two) return [];
  const learns = versionOf(first.global, first.node) === 3;
  return [
    {
      code: learns ? 'cluster.interval-learned' : 'cluster.interval-differs',
      key: 'advert_int',
      message: `an advertisement every ${renderDuration(two)} here and every ${renderDuration(one)} in ${first.file}`,
      label: `every ${renderDuration(one)} here`,
    },
  ];
}

function passwords(first: Member, other: Member): readonly Disagreement[] {
  if (versionOf(first.global, first.node) === 3) return [];
  const [one, two] = [first, other].map(({ node: { authentication } }) =>
    authentication?.auth_type === undefined
      ? undefined
      : `${authentication.auth_type} ${(authentication.auth_pass ?? '').slice(0, secretLength)}`,
  );
  if (one === two) return [];
  const without = one === undefined ? first.file : two === undefined ? other.file : undefined;
  return [
    {
      code: 'cluster.authentication-differs',
      key: 'authentication',
      message:
        without === undefined
          ? `another password than in ${first.file}`
          : `there is no authentication in ${without}, and there is in the other file`,
      label: 'the other one',
    },
  ];
}

function addresses(first: Member, other: Member, report: ClusterReport): void {
  const written = ({ node }: Member) =>
    node.virtual_ipaddress.map(({ address, prefix }) => ({ address, prefix }));
  const missing = (from: Member, to: Member): readonly string[] => {
    const has = new Set(written(to).map(({ address }) => address));
    return written(from).flatMap(({ address }) => (has.has(address) ? [] : [address]));
  };
  const here = missing(first, other);
  const there = missing(other, first);
  if (here.length + there.length === 0) return;
  const parts = [
    here.length === 0 ? '' : `${here.join(', ')} of ${first.file} is not in ${other.file}`,
    there.length === 0 ? '' : `${there.join(', ')} of ${other.file} is not in ${first.file}`,
  ].filter((part) => part !== '');
  report({
    code: 'cluster.addresses-differ',
    at: { of: other.of, node: other.node, key: 'virtual_ipaddress' },
    message: `${parts.join('; ')} (${other.node.name})`,
    related: [
      { of: first.of, node: first.node, key: 'virtual_ipaddress', label: 'the other list' },
    ],
  });
}
