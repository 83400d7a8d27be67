import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant, wallTime } from '../../base/units.ts';
import type { Alert } from './alert.ts';
import { letterOf, letterSize } from './letter.ts';
import { postOf } from './webhook-form.ts';

const sender = { node: 'web_a', wallAt: (at: Instant) => wallTime(at) };

const fault: Alert = {
  kind: 'instance',
  name: 'VI_1',
  service: undefined,
  state: 'FAULT',
  bad: true,
  headline: 'VRRP Instance VI_1 - Entering FAULT state',
  sentence: 'This node cannot serve',
  reason: 'interface eth0 is down',
  at: instant(1_500_000),
};
const master: Alert = { ...fault, state: 'MASTER', bad: false, reason: undefined };

function bodyOf(form: Parameters<typeof postOf>[0]['form'], alert: Alert) {
  const post = postOf({ form, secret: 'key' }, alert, sender, 7);
  return { ...post, body: JSON.parse(post.body) as Record<string, unknown> };
}

test('our own form says everything', () => {
  assert.deepEqual(bodyOf('json', fault).body, {
    sequence: 7,
    time: '1970-01-01T00:00:01.500Z',
    node: 'web_a',
    kind: 'instance',
    name: 'VI_1',
    state: 'FAULT',
    bad: true,
    headline: 'VRRP Instance VI_1 - Entering FAULT state',
    sentence: 'This node cannot serve',
    reason: 'interface eth0 is down',
  });
});

test('chats get one text', () => {
  const text =
    '[web_a] VRRP Instance VI_1 - Entering FAULT state. This node cannot serve. Why: interface eth0 is down.';
  assert.deepEqual(bodyOf('slack', fault).body, { text });
  assert.equal(bodyOf('discord', fault).body.content, text);
  assert.match(JSON.stringify(bodyOf('teams', fault).body), /"AdaptiveCard".*Entering FAULT state/);
});

test('paging opens an incident and closes the same one', () => {
  const opened = bodyOf('pagerduty', fault).body;
  const closed = bodyOf('pagerduty', master).body;
  assert.equal(opened.event_action, 'trigger');
  assert.equal(closed.event_action, 'resolve');
  assert.equal(opened.dedup_key, closed.dedup_key);
  assert.equal(opened.routing_key, 'key');
  const alarm = bodyOf('opsgenie', fault);
  const end = bodyOf('opsgenie', master);
  assert.equal(alarm.headers.authorization, 'GenieKey key');
  assert.equal(alarm.body.alias, 'web_a instance VI_1');
  assert.equal(end.path, '/web_a%20instance%20VI_1/close?identifierType=alias');
});

test('one letter for one change, one for all of a storm', () => {
  assert.equal(letterSize(10), 1);
  assert.equal(letterSize(11), 11);
  assert.deepEqual(letterOf([fault], sender), {
    subject: '[web_a] VRRP Instance VI_1 - Entering FAULT state',
    text: '=> This node cannot serve <=\n\nWhy: interface eth0 is down.\n\nAt: 1970-01-01T00:00:01.500Z\n',
  });
  const storm = letterOf([fault, master], sender);
  assert.equal(storm.subject, '[web_a] 2 changes');
  assert.equal(storm.text.split('\n').filter((line) => line.includes('VI_1')).length, 2);
});
