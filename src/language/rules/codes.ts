/** The codes of all rules, with their pages. */
import type { CodePage } from '../../config/codes.ts';
import { addressCodes } from '../codes/addresses.ts';
import { authenticationCodes } from '../codes/authentication.ts';
import { bfdCodes } from '../codes/bfd.ts';
import { checkCodes } from '../codes/checks.ts';
import { correctionCodes } from '../codes/corrections.ts';
import { electionCodes } from '../codes/election.ts';
import { hostCodes } from '../codes/host.ts';
import { planeCodes } from '../codes/plane.ts';
import { routerIdCodes } from '../codes/router-id.ts';
import { routeCodes } from '../codes/routes.ts';
import { scriptCodes, wholeCodes } from '../codes/scripts.ts';
import { serviceCodes } from '../codes/services.ts';
import { signingCodes } from '../codes/signing.ts';
import { syncGroupCodes } from '../codes/sync-group.ts';
import { trackingCodes } from '../codes/tracking.ts';
import { transportCodes } from '../codes/transport.ts';

const pages = {
  ...routerIdCodes,
  ...electionCodes,
  ...authenticationCodes,
  ...signingCodes,
  ...addressCodes,
  ...transportCodes,
  ...trackingCodes,
  ...bfdCodes,
  ...syncGroupCodes,
  ...routeCodes,
  ...serviceCodes,
  ...correctionCodes,
  ...checkCodes,
  ...planeCodes,
  ...scriptCodes,
  ...wholeCodes,
  ...hostCodes,
};

export type RuleCode = keyof typeof pages;
export const ruleCodes: Readonly<Record<RuleCode, CodePage>> = pages;
