/** How the advertisements of an instance prove where they come from. */
import { block, collected, scalar } from '../../config/schema.ts';
import { secondsValue } from '../../config/schema-number.ts';
import { choice } from '../../config/schema-word.ts';
import { keyId, password, signingKey } from '../values/authentication.ts';

export const authentication = block({
  auth_type: scalar(
    choice(['PASS', 'AH'], { exactCase: true, otherwise: 'uses no authentication' }),
    {
      doc: 'PASS sends the password in clear, AH signs with IPsec; version 2 only.',
      example: 'PASS',
      reload: 'restart',
    },
  ),
  auth_pass: scalar(password, {
    doc: 'The secret that all routers share; its first eight bytes count.',
    example: 'hold1234',
  }),
});

export const signing = block({
  key: collected(signingKey, {
    doc: 'A key for signing and checking, by number.',
    example: '1 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  }),
  active_key: scalar(keyId, { doc: 'The key that signs what is sent.', example: '1' }),
  time_window: scalar(secondsValue(1, 300), {
    doc: 'Largest difference of clocks that is accepted.',
    example: '5',
    otherwise: 'three advertisement intervals, at least 5 seconds',
  }),
  anti_replay: scalar(choice(['time', 'monotonic']), {
    doc: 'Whether freshness is judged by the clock or by a growing number.',
    example: 'monotonic',
    fallback: 'time',
  }),
  mode: scalar(choice(['enforce', 'permissive', 'receive-only']), {
    doc: 'The stage of moving a cluster to signed advertisements.',
    example: 'permissive',
    fallback: 'enforce',
  }),
});
