/** The matrix against FRR's vrrpd, which speaks version 3 by multicast. */
import { match, self, together } from './match.ts';
import { declareTests, playMatrix, renderMatrix } from './matrix.ts';
import { wireForms } from './wire-form.ts';

const forms = wireForms.filter((form) => form.version === 3 && form.cast === 'multicast');
const rows = await playMatrix(
  forms.flatMap((form) => [match(form, self, 'frr'), match(form, 'frr', self)]),
  together,
);
process.stdout.write(`${renderMatrix(rows)}\n`);
declareTests(rows);
