/**
 * GRPC_CHECK: the standard health service, `grpc.health.v1.Health/Check`. Its two messages have one field each: a name
 * that is asked about (1, text), and a status that is answered (1, a number). Each comes in a frame: a byte that says
 * whether it is compressed, four bytes of length.
 */
import { byteAt, uint32At, utf8Bytes, writeUint32 } from '../../base/bytes.ts';
import { failed, type Judgement, passed } from './conversation.ts';

export const healthPath = '/grpc.health.v1.Health/Check';

const FRAME = 5;
/** The field's number 1 and its wire type: 2 for text, 0 for a number. */
const TEXT_FIELD = 0x0a;
const NUMBER_FIELD = 0x08;
const statuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;
const NOT_FOUND = '5';
const UNIMPLEMENTED = '12';

export function encodeHealthRequest(service: string): Uint8Array {
  const name = utf8Bytes(service).subarray(0, 0x3fff);
  const length =
    name.length < 0x80 ? [name.length] : [(name.length & 0x7f) | 0x80, name.length >> 7];
  const message = name.length === 0 ? [] : [TEXT_FIELD, ...length, ...name];
  const bytes = new Uint8Array(FRAME + message.length);
  writeUint32(bytes, 1, message.length);
  bytes.set(message, FRAME);
  return bytes;
}

export interface HealthAnswer {
  readonly httpStatus: number;
  /** `grpc-status` of the trailers, undefined when it was not said. */
  readonly status: string | undefined;
  readonly message: string | undefined;
  readonly body: Uint8Array;
}

export function judgeHealth(answer: HealthAnswer, service: string): Judgement {
  const { httpStatus, status, message, body } = answer;
  const name = service === '' ? 'the server' : service;
  if (httpStatus !== 200) return failed(`HTTP status ${httpStatus} from gRPC, wanted 200`);
  if (status === NOT_FOUND) return failed(`gRPC knows no service ${name}`);
  if (status === UNIMPLEMENTED) return failed('gRPC has no health service there');
  if (status !== '0') {
    return failed(
      `gRPC status ${status ?? 'missing'}${message === undefined ? '' : ` (${message})`}`,
    );
  }
  const serving = statusOf(body);
  if (serving === undefined) return failed('the answer of the gRPC health service is damaged');
  return serving === SERVING
    ? passed(`gRPC says that ${name} serves`)
    : failed(`gRPC says ${statuses[serving] ?? `status ${serving}`} of ${name}`);
}

/** A field that is missing is 0. */
function statusOf(body: Uint8Array): number | undefined {
  if (body.length < FRAME || byteAt(body, 0) !== 0) return undefined;
  if (body.length < FRAME + uint32At(body, 1)) return undefined;
  if (uint32At(body, 1) === 0) return 0;
  return byteAt(body, FRAME) === NUMBER_FIELD ? byteAt(body, FRAME + 1) : undefined;
}
