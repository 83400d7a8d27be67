import { text } from '../../config/schema-word.ts';
export const ruleLine = text('x');
