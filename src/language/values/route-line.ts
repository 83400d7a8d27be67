import { text } from '../../config/schema-word.ts';
export const routeLine = text('x');
