/**
 * Loaded before every test file of the test command: properties draw from one seed, so that the command says the same each time.
 * `HOLDFAST_SEED=NUMBER npm test` draws others; a campaign varies it.
 */
import fc from 'fast-check';

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  seed: Number(process.env.HOLDFAST_SEED ?? 1),
});
