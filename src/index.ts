/**
 * What programs import: `import { defineConfig, seconds } from 'holdfast'`. Lengths of time carry their unit in their type;
 * `seconds(0.5)` makes one.
 */
export { microseconds, milliseconds, seconds } from './base/units.ts';
export { type ConfigInput, type DefinedConfig, defineConfig } from './language/define.ts';
export type { Model } from './language/model.ts';
export { renderModel } from './language/render.ts';
