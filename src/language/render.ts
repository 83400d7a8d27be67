/** A model as the text of a configuration that reads back as the same model. */
import { writeBlock } from '../config/write.ts';
import type { Model } from './model.ts';
import { root } from './sections/root.ts';

export function renderModel(model: Model): string {
  return writeBlock(root, model);
}
