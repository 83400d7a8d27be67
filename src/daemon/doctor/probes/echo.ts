/** Whether an address answers a ping. */
import type { Address } from '../../../base/address.ts';
import { ping } from '../../../linux/checks/ping.ts';

const patience = 700;

export async function answersPing(address: Address): Promise<boolean> {
  return (await once(address)) || once(address);
}

function once(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      giveUp();
      resolve(false);
    }, patience);
    const giveUp = ping(address, (error) => {
      clearTimeout(timer);
      resolve(error === undefined);
    });
  });
}
