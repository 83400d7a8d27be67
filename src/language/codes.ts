/** Every code of the language with its page; with the reader's own they are all that a load can report. */
import { readerCodes } from '../config/codes.ts';
import { statementCodes } from '../config/codes-statement.ts';
import { valueCodes } from '../config/codes-value.ts';
import { clusterCodes } from './codes/cluster.ts';
import { languageValueCodes } from './codes/values.ts';
import { ruleCodes } from './rules/codes.ts';

export const languageCodes = {
  ...valueCodes,
  ...statementCodes,
  ...languageValueCodes,
  ...ruleCodes,
  ...clusterCodes,
};

export const allCodes = { ...readerCodes, ...languageCodes };
