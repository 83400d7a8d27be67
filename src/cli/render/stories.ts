/** The story of a service or a server in sentences: what it is, why, and what happened to it, newest first. */
import { between, type Instant, type WallTime } from '../../base/units.ts';
import type { StoriesAnswer, Story } from '../../daemon/balancing/orders.ts';
import type {
  CheckSnapshot,
  ServerSnapshot,
  ServiceSnapshot,
} from '../../engine/balancer/snapshot.ts';
import { renderAgo, renderClock, renderSpan } from './time.ts';

type Shown = Extract<StoriesAnswer, { readonly kind: 'stories' }>;

/** undefined where nothing bears the name. */
export function renderStories({ stories, now, wall }: Shown): string | undefined {
  if (stories.length === 0) return undefined;
  return stories.map((story) => `${storyLines(story, now, wall).join('\n')}\n`).join('\n');
}

function storyLines(story: Story, now: Instant, wall: WallTime): readonly string[] {
  const { service, server, remarks } = story;
  const lines =
    server === undefined ? serviceLines(service, now) : serverLines(service, server, now);
  const past = [...remarks].reverse().map((remark) => {
    return `${renderClock(remark.wall, wall)}  ${remark.text}`;
  });
  return past.length === 0 ? lines : [...lines, '', ...past];
}

function serviceLines(service: ServiceSnapshot, now: Instant): readonly string[] {
  const { id, live, quorum, quorumUp, quorumSince, sorry, suspended, servers } = service;
  const up = servers.filter((server) => server.up).length;
  const span = renderSpan(between(quorumSince, now));
  const lines = [
    `${id} has ${quorumUp ? 'its quorum' : 'no quorum'} for ${span}: its live servers weigh ${live}, ${quorum} is needed.`,
    `${up} of its ${servers.length} servers are up.`,
  ];
  if (sorry?.serves === true) lines.push(`The sorry server ${sorry.label} serves.`);
  if (suspended) lines.push('It is not checked, because its address is not here (ha_suspend).');
  for (const { name, up: isUp, checks } of servers) {
    if (!isUp) lines.push(`${name} is down: ${failures(checks)}.`);
  }
  return lines;
}

function serverLines(
  service: ServiceSnapshot,
  server: ServerSnapshot,
  now: Instant,
): readonly string[] {
  const { name, up, since, weight, configuredWeight, override, checks } = server;
  const span = renderSpan(between(since, now));
  const lines = [`${name} of ${service.id} is ${up ? 'up' : 'DOWN'} for ${span}.`];
  if (override?.kind === 'drain') lines.push('It is drained by order: it gets no new connections.');
  else if (override !== undefined) lines.push(`Its weight is ${override.weight} by order.`);
  else if (up && weight !== configuredWeight) {
    lines.push(
      `Its weight is ${weight} where ${configuredWeight} is configured, as its checks say.`,
    );
  }
  if (checks.length === 0) lines.push('It has no checks, so it is always taken for up.');
  for (const check of checks) lines.push(checkLine(check, now));
  return lines;
}

function checkLine(
  { name, up, since, attempts, retries, last }: CheckSnapshot,
  now: Instant,
): string {
  if (last === undefined) return `${name} has not answered yet.`;
  const verdict = up ? 'is content' : 'fails';
  const span = renderSpan(between(since, now));
  const trying = attempts === 0 ? '' : `; it has failed ${attempts} of ${retries + 1} times since`;
  return `${name} ${verdict} for ${span}; its last answer, ${renderAgo(last.at, now)}: ${last.detail}${trying}.`;
}

function failures(checks: readonly CheckSnapshot[]): string {
  const failed = checks.filter(({ up }) => !up);
  const told = failed.map(({ name, last }) => `${name}: ${last?.detail ?? 'no answer yet'}`);
  return told.length === 0 ? 'nothing says why' : told.join('; ');
}
