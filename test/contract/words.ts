/** Values from the words of a test. */
import assert from 'node:assert/strict';
import { type Address, parseAddress } from '../../src/base/address.ts';

export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, `${text} is not an address`);
  return parsed;
}
