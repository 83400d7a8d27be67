/** BFD control packets (RFC 5880 4.1) without authentication. */
import { byteAt, uint32At, writeUint32 } from '../base/bytes.ts';
import { failure, invariant, type Outcome, success } from '../base/outcome.ts';
import { type Duration, microseconds } from '../base/units.ts';

/*
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-----+---------+---+-+-+-+-+-+-+---------------+---------------+
 * |Vers |  Diag   |Sta|P|F|C|A|D|M|  Detect Mult  |    Length     |
 * +-----+---------+---+-+-+-+-+-+-+---------------+---------------+
 * |                       My Discriminator                        |
 * +---------------------------------------------------------------+
 * |                      Your Discriminator                       |
 * +---------------------------------------------------------------+
 * |                Desired Min TX Interval (microseconds)         |
 * +---------------------------------------------------------------+
 * |               Required Min RX Interval (microseconds)         |
 * +---------------------------------------------------------------+
 * |             Required Min Echo RX Interval (microseconds)      |
 * +---------------------------------------------------------------+
 */
const PACKET_LENGTH = 24;
const VERSION = 1;
const FLAG_POLL = 0x20;
const FLAG_FINAL = 0x10;
const FLAG_CONTROL_PLANE_INDEPENDENT = 0x08;
const FLAG_AUTHENTICATION = 0x04;
const FLAG_DEMAND = 0x02;
const FLAG_MULTIPOINT = 0x01;

/** In the order of their numbers on the wire. */
const STATES = ['admin-down', 'down', 'init', 'up'] as const;

export type BfdState = (typeof STATES)[number];

export interface BfdPacket {
  readonly state: BfdState;
  /** Why the session last left up: a number of RFC 5880 4.1, 0 to 31. */
  readonly diagnostic: number;
  readonly poll: boolean;
  readonly final: boolean;
  readonly controlPlaneIndependent: boolean;
  readonly demand: boolean;
  /** How many packets in a row may be lost, 1 to 255. */
  readonly detectMultiplier: number;
  /** 1 to 2^32 - 1. */
  readonly myDiscriminator: number;
  /** What the other side calls its session; 0 while that is not known. */
  readonly yourDiscriminator: number;
  /** Each interval is less than 2^32 microseconds. */
  readonly desiredTransmitInterval: Duration;
  /** 0: the sender wants no control packets. */
  readonly requiredReceiveInterval: Duration;
  /** 0: the sender does not echo. */
  readonly requiredEchoInterval: Duration;
}

/** Throws for values outside the ranges of `BfdPacket`. */
export function encodeBfdPacket(packet: BfdPacket): Uint8Array {
  const bytes = new Uint8Array(PACKET_LENGTH);
  bytes[0] = (VERSION << 5) | fitting(packet.diagnostic, 0x1f);
  bytes[1] =
    (STATES.indexOf(packet.state) << 6) |
    (packet.poll ? FLAG_POLL : 0) |
    (packet.final ? FLAG_FINAL : 0) |
    (packet.controlPlaneIndependent ? FLAG_CONTROL_PLANE_INDEPENDENT : 0) |
    (packet.demand ? FLAG_DEMAND : 0);
  bytes[2] = fitting(packet.detectMultiplier, 0xff);
  bytes[3] = PACKET_LENGTH;
  writeUint32(bytes, 4, fitting(packet.myDiscriminator, 0xffffffff));
  writeUint32(bytes, 8, fitting(packet.yourDiscriminator, 0xffffffff));
  writeUint32(bytes, 12, fitting(packet.desiredTransmitInterval, 0xffffffff));
  writeUint32(bytes, 16, fitting(packet.requiredReceiveInterval, 0xffffffff));
  writeUint32(bytes, 20, fitting(packet.requiredEchoInterval, 0xffffffff));
  return bytes;
}

function fitting(value: number, limit: number): number {
  invariant(value >= 0 && value <= limit, `${value} does not fit a BFD field up to ${limit}`);
  return value;
}

/**
 * Why RFC 5880 6.8.6 discards a packet before any session is looked at. `authentication`: its bit is set, and no
 * session here has any. `your-discriminator`: zero, although the sender claims to hear us.
 */
export type BfdReason =
  | 'truncated'
  | 'version'
  | 'length'
  | 'detect-multiplier'
  | 'multipoint'
  | 'my-discriminator'
  | 'your-discriminator'
  | 'authentication';

export interface BfdFailure {
  readonly reason: BfdReason;
  readonly detail: string;
}

/** Reads one control packet; bytes behind its length are ignored. */
export function decodeBfdPacket(payload: Uint8Array): Outcome<BfdPacket, BfdFailure> {
  const fault = faultOf(payload);
  if (fault !== undefined) return failure(fault);
  const flags = byteAt(payload, 1);
  return success({
    state: stateOf(payload),
    diagnostic: byteAt(payload, 0) & 0x1f,
    poll: (flags & FLAG_POLL) !== 0,
    final: (flags & FLAG_FINAL) !== 0,
    controlPlaneIndependent: (flags & FLAG_CONTROL_PLANE_INDEPENDENT) !== 0,
    demand: (flags & FLAG_DEMAND) !== 0,
    detectMultiplier: byteAt(payload, 2),
    myDiscriminator: uint32At(payload, 4),
    yourDiscriminator: uint32At(payload, 8),
    desiredTransmitInterval: microseconds(uint32At(payload, 12)),
    requiredReceiveInterval: microseconds(uint32At(payload, 16)),
    requiredEchoInterval: microseconds(uint32At(payload, 20)),
  });
}

function stateOf(payload: Uint8Array): BfdState {
  return STATES[byteAt(payload, 1) >> 6] ?? 'admin-down';
}

/** The checks in the order of RFC 5880 6.8.6. */
function faultOf(payload: Uint8Array): BfdFailure | undefined {
  if (payload.length < PACKET_LENGTH) {
    return fault('truncated', `${payload.length} bytes, a control packet has 24`);
  }
  const version = byteAt(payload, 0) >> 5;
  if (version !== VERSION) return fault('version', `version ${version}, not 1`);
  const flags = byteAt(payload, 1);
  const length = byteAt(payload, 3);
  if (length < PACKET_LENGTH || length > payload.length) {
    return fault('length', `length field ${length}, between 24 and ${payload.length} expected`);
  }
  if (byteAt(payload, 2) === 0) return fault('detect-multiplier', 'a detect multiplier of 0');
  if ((flags & FLAG_MULTIPOINT) !== 0) return fault('multipoint', 'the multipoint bit is set');
  if (uint32At(payload, 4) === 0) return fault('my-discriminator', 'a discriminator of 0');
  const state = stateOf(payload);
  if (uint32At(payload, 8) === 0 && (state === 'init' || state === 'up')) {
    return fault('your-discriminator', `state ${state} without our discriminator`);
  }
  if ((flags & FLAG_AUTHENTICATION) !== 0) {
    return fault('authentication', 'authenticated, which no session here is');
  }
  return undefined;
}

function fault(reason: BfdReason, detail: string): BfdFailure {
  return { reason, detail };
}
