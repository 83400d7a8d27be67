/** GRPC_CHECK. */
import { failed } from '../../../health/checkers/conversation.ts';
import { encodeHealthRequest, healthPath, judgeHealth } from '../../../health/checkers/grpc.ts';
import { authorityOf } from '../../../health/checkers/http-request.ts';
import type { Ask } from '../client.ts';
import { exchange, securedForHttp2 } from './http2.ts';

/** A health answer has seven bytes. */
const BODY_MAX = 4_096;

export const askGrpc: Ask = async (socket, { settings, target }) => {
  if (settings.kind !== 'grpc') return failed('not a question for gRPC');
  const { service, tls } = settings;
  const servername = tls?.sniName;
  const carrier = tls === undefined ? socket : await securedForHttp2(socket, { tls, servername });
  const pieces: Uint8Array[] = [];
  let size = 0;
  const { status, fields } = await exchange(carrier, {
    headers: {
      ':method': 'POST',
      ':path': healthPath,
      ':scheme': tls === undefined ? 'http' : 'https',
      ':authority': servername ?? authorityOf(target),
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'holdfast',
    },
    body: encodeHealthRequest(service),
    data(bytes) {
      size += bytes.length;
      if (size <= BODY_MAX) pieces.push(bytes);
    },
  });
  const said = (name: string): string | undefined => {
    const field = fields[name];
    return typeof field === 'string' ? field : undefined;
  };
  return judgeHealth(
    {
      httpStatus: status,
      status: said('grpc-status'),
      message: said('grpc-message'),
      body: Buffer.concat(pieces),
    },
    service,
  );
};
