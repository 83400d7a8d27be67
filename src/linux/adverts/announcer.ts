/** Sends complete link-layer frames on one packet socket for all interfaces. */
import { uint16At, writeUint16 } from '../../base/bytes.ts';
import { type Outcome, success } from '../../base/outcome.ts';
import type { Frame, PortError } from '../../ports.ts';
import { type SendFailure, SendVector } from '../datagrams/send-vector.ts';
import { close, errnoOf, portError } from '../ffi.ts';
import { AF_PACKET, openRaw, prioritise, sizeSendBuffer } from '../socket.ts';

/** sizeof struct sockaddr_ll. */
const NAME_LENGTH = 20;
/** A thousand addresses, five announcements each, at 768 bytes of accounting. */
const SEND_BUFFER = 8 * 1024 * 1024;
const ETHERTYPE_AT = 12;
const SHORTEST = 14;

export class Announcer {
  readonly #vector: SendVector;
  #fd: number | undefined;

  constructor(isRehearsal = false) {
    this.#vector = new SendVector(isRehearsal);
  }

  /** Opens the socket ahead of need. One that cannot be had is tried again, and told, when there is something to announce. */
  prepare(): void {
    this.#open();
  }

  announce(frames: readonly Frame[]): readonly SendFailure[] {
    if (frames.length === 0) return [];
    const opened = this.#open();
    if (!opened.ok) return frames.map((_, index) => ({ index, error: opened.error }));
    const failures: SendFailure[] = [];
    for (const [index, frame] of frames.entries()) {
      const { length } = frame.bytes;
      if (length < SHORTEST || length > SendVector.longest) {
        failures.push({ index, error: UNSENDABLE });
        continue;
      }
      if (!this.#vector.fits(length)) this.#vector.flush(opened.value, failures);
      this.#vector.bytes.set(frame.bytes, this.#vector.add(index, length, NAME_LENGTH));
      this.#writeName(frame);
    }
    this.#vector.flush(opened.value, failures);
    return failures.sort((one, other) => one.index - other.index);
  }

  close(): void {
    if (this.#fd !== undefined) close(this.#fd);
    this.#fd = undefined;
  }

  /** struct sockaddr_ll: family, EtherType, interface. The destination stands in the frame itself. */
  #writeName(frame: Frame): void {
    const { bytes, view } = this.#vector;
    const name = this.#vector.nameAt();
    bytes.fill(0, name, name + NAME_LENGTH);
    view.setUint16(name, AF_PACKET, true);
    writeUint16(bytes, name + 2, uint16At(frame.bytes, ETHERTYPE_AT));
    view.setInt32(name + 4, frame.link, true);
  }

  /** Protocol 0: a packet socket of another protocol would be handed a copy of every frame. */
  #open(): Outcome<number, PortError> {
    if (this.#fd !== undefined) return success(this.#fd);
    const opened = openRaw(AF_PACKET, 0);
    if (!opened.ok) return opened;
    prioritise(opened.value);
    sizeSendBuffer(opened.value, SEND_BUFFER);
    this.#fd = opened.value;
    return opened;
  }
}

const UNSENDABLE = portError(errnoOf('EMSGSIZE'), 'a frame has 14 bytes of header or more');
