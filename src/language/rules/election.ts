/** What state, priority, preemption and interval say together. */
import { renderDuration, seconds } from '../../base/units.ts';
import { isWritten } from '../../config/places.ts';
import {
  intervalOf,
  isStrict,
  preempts,
  priorityOf,
  versionOf,
  wantsMaster,
} from '../effective.ts';
import type { VrrpInstance } from '../model.ts';
import type { RuleContext } from './context.ts';

export function checkElection(context: RuleContext): void {
  for (const node of context.model.vrrp_instance) {
    preemption(context, node);
    interval(context, node);
    if (isStrict(context.model.global_defs, node)) strict(context, node);
    else {
      owner(context, node);
      header(context, node);
    }
  }
}

function preemption({ model, report }: RuleContext, node: VrrpInstance): void {
  const { name } = node;
  const owner = priorityOf(node) === 255;
  if (node.state === 'MASTER' && node.priority === undefined) {
    report({
      code: 'vrrp.owner-by-omission',
      at: { node, key: 'state' },
      message: `${name} has state MASTER and no priority, which makes it the owner with priority 255`,
      help: 'write priority, 100 for example; 255 only if the address belongs to this host alone',
    });
  }
  const isMaster = wantsMaster(node, model.global_defs);
  if (node.nopreempt && (owner || isMaster)) {
    report({
      code: owner ? 'vrrp.nopreempt-with-owner' : 'vrrp.nopreempt-with-master',
      at: { node, key: 'nopreempt' },
      message: `nopreempt of ${name} is ignored because of ${owner ? 'priority 255' : 'state MASTER'}`,
      related: [{ node, key: owner ? 'priority' : 'state', label: 'written here' }],
    });
  }
  if ((node.preempt_delay ?? 0) > 0 && (isMaster || !preempts(node, model.global_defs))) {
    const why = isMaster ? 'has state MASTER' : 'does not preempt';
    report({
      code: 'vrrp.preempt-delay-unused',
      at: { node, key: 'preempt_delay' },
      message: `preempt_delay of ${name} never applies, since ${name} ${why}`,
      related: [{ node, key: isMaster ? 'state' : 'nopreempt', label: 'because of this' }],
    });
  }
  if (node.timer_expired_backup !== undefined && preempts(node, model.global_defs)) {
    report({
      code: 'vrrp.timer-expired-unused',
      at: { node, key: 'timer_expired_backup' },
      message: `timer_expired_backup of ${name} does nothing without nopreempt`,
    });
  }
}

function owner({ report }: RuleContext, node: VrrpInstance): void {
  if (priorityOf(node) !== 255 || node.owner_ignore_adverts !== false) return;
  report({
    code: 'vrrp.owner-hears-nobody',
    at: { node, key: 'owner_ignore_adverts' },
    message: `${node.name} has priority 255 and ignores advertisements whatever owner_ignore_adverts says`,
  });
}

function header({ model, report }: RuleContext, node: VrrpInstance): void {
  const { authentication: written, name } = node;
  if (written === undefined || node.state !== 'MASTER') return;
  if (wantsMaster(node, model.global_defs)) return;
  report({
    code: 'vrrp.master-with-header',
    at: { node, key: 'state' },
    message: `${name} begins as backup all the same, because of auth_type AH`,
    related: [{ node: written, key: 'auth_type', label: 'written here' }],
  });
}

function interval({ report, model }: RuleContext, node: VrrpInstance): void {
  const { advert_int: written } = node;
  if (written === undefined) return;
  const used = intervalOf(model.global_defs, node);
  if (used === written) return;
  const version = versionOf(model.global_defs, node);
  const fraction = version === 2 || written < seconds(40);
  report({
    code: fraction ? 'vrrp.interval-fraction' : 'vrrp.interval-too-long',
    at: { node, key: 'advert_int' },
    message: `version ${version} cannot advertise every ${renderDuration(written)}; ${renderDuration(used)} is used`,
  });
}

/** Each keyword that strict mode overrules, and when it does. */
function strict(context: RuleContext, node: VrrpInstance): void {
  const owner = priorityOf(node) === 255;
  const overruled: readonly (readonly [keyof VrrpInstance & string, boolean, string])[] = [
    [
      'state',
      node.state === 'MASTER' && !owner,
      'state MASTER needs priority 255; it begins as backup',
    ],
    ['preempt_delay', (node.preempt_delay ?? 0) > 0, 'there is no delay before preempting'],
    [
      'down_timer_adverts',
      (node.down_timer_adverts ?? 3) !== 3,
      'three advertisements may be missed',
    ],
    [
      'higher_prio_send_advert',
      node.higher_prio_send_advert === true,
      'nothing is sent before yielding',
    ],
    [
      'lower_prio_no_advert',
      node.lower_prio_no_advert === false,
      'a lower priority is not answered',
    ],
    [
      'accept',
      node.accept && !owner && versionOf(context.model.global_defs, node) === 2,
      'in version 2 only the owner accepts traffic to its addresses',
    ],
    ['authentication', node.authentication !== undefined, 'there is no authentication'],
    [
      'version',
      node.version === 2 && versionOf(context.model.global_defs, node) === 3,
      'IPv6 needs version 3',
    ],
    [
      'garp_lower_prio_repeat',
      (node.garp_lower_prio_repeat ?? 0) > 0,
      'a lower priority is answered by no announcements',
    ],
    [
      'garp_lower_prio_delay',
      (node.garp_lower_prio_delay ?? 0) > 0,
      'a lower priority is answered by no announcements',
    ],
    [
      'owner_ignore_adverts',
      owner && node.owner_ignore_adverts === false,
      'the owner ignores advertisements',
    ],
  ];
  for (const [key, wrong, what] of overruled) {
    if (!wrong || !isWritten(context.places, node, key)) continue;
    context.report({
      code: 'vrrp.strict-corrects',
      at: { node, key },
      message: `strict mode overrules ${key} of ${node.name}: ${what}`,
    });
  }
}
