/** Whether a server takes a connection to the address of a service, handed to it by its MAC as DR does. */
import { setTimeout as delay } from 'node:timers/promises';
import { familyOf, type Ipv4 } from '../../../base/address.ts';
import { Announcer } from '../../../linux/adverts/announcer.ts';
import { type FrameTap, ofTcpFrom, openFrameTap } from '../../../linux/adverts/frame-tap.ts';
import type { Link, LinkAddress, LinkIndex } from '../../../ports.ts';
import {
  decodeKnockAnswer,
  type Knock,
  type KnockAnswer,
  knockFrame,
  withdrawalFrame,
} from '../../../wire/knock.ts';
import type { Probes } from '../patient.ts';

/** Milliseconds after each of two knocks. */
const patience = 400;
/** Beyond those that Linux takes for connections of its own (ip_local_port_range). */
const ports = { first: 61_000, count: 4_000 } as const;

export interface KnockingDesk {
  readonly knock: Probes['knock'];
  readonly close: () => void;
}

interface Question {
  readonly knock: Knock;
  readonly ended: AbortController;
  answer: KnockAnswer | undefined;
}

/** One socket for each link: the kernel takes its time to close one. */
export function openKnocking(own: readonly LinkAddress[]): KnockingDesk {
  const announcer = new Announcer();
  const taps = new Map<LinkIndex, FrameTap | undefined>();
  const questions = new Set<Question>();
  let count = process.pid;
  const heard = (frame: Uint8Array): void => {
    for (const question of questions) {
      question.answer ??= decodeKnockAnswer(frame, question.knock);
      if (question.answer !== undefined) question.ended.abort();
    }
  };
  const tapOf = ({ index }: Link): FrameTap | undefined => {
    if (!taps.has(index)) {
      const options = { link: index, family: 'ipv4', admitted: ofTcpFrom(ports.first) } as const;
      taps.set(index, openFrameTap({ ...options, onFrame: heard }));
    }
    return taps.get(index);
  };
  const knockAt: Probes['knock'] = async (link, to) => {
    const address = sourceOn(link, to.address, own);
    const { mac } = link;
    if (address === undefined || mac === undefined || tapOf(link) === undefined) return undefined;
    count += 1;
    const from = { mac, address, port: ports.first + (count % ports.count) };
    const knock: Knock = { from, to, sequence: (count * 0x1_0001) >>> 0 };
    const question: Question = { knock, ended: new AbortController(), answer: undefined };
    const send = (bytes: Uint8Array) => announcer.announce([{ link: link.index, bytes }]);
    questions.add(question);
    await wait(question, () => send(knockFrame(knock)));
    questions.delete(question);
    const { answer } = question;
    if (answer?.kind === 'accepted') {
      send(withdrawalFrame({ ...knock, sequence: answer.acknowledged }));
    }
    return answer === undefined
      ? { kind: 'silent', code: 'no answer in time' }
      : { kind: answer.kind };
  };
  return {
    knock: knockAt,
    close: () => {
      announcer.close();
      for (const tap of taps.values()) tap?.close();
    },
  };
}

async function wait(question: Question, send: () => void): Promise<void> {
  const { signal } = question.ended;
  for (let tries = 0; tries < 2 && question.answer === undefined; tries += 1) {
    send();
    await delay(patience, undefined, { signal }).catch(() => undefined);
  }
}

/** An address of the link's own network: what a host has for others alone has no network. */
function sourceOn({ index }: Link, but: Ipv4, own: readonly LinkAddress[]): Ipv4 | undefined {
  return own.find(
    ({ link, address, prefix }) =>
      link === index && familyOf(address) === 'ipv4' && address !== but && prefix < 32,
  )?.address as Ipv4 | undefined;
}
