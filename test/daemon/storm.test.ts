/**
 * 255 virtual routers change state at once, again and again, each with a notify script, all with a pipe: no advertisement
 * is late, what is told of each is in order, the latest state arrives, and the memory is given back.
 */
import { after, test } from 'node:test';
import { openLab } from '../lab/lab.ts';
import { onTime } from '../lab/timeliness.ts';
import { longestSilence, storm } from './crowd.ts';

const lab = await openLab(['a']);
after(() => lab.close());

test('255 virtual routers in a storm, with scripts and a pipe', async () => {
  const { gaps, remarks } = await storm({ lab, host: lab.host('a'), rounds: 2 });
  const [longest = 0] = gaps;
  onTime(longest < longestSilence, `silent for ${longest} ms: ${remarks.join('; ')}`);
});
