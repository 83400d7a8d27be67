/** Why a session is as it is, in words for verdicts, status and the journal. */
import { type Duration, renderDuration } from '../../base/units.ts';
import type { SessionCause } from '../../protocol/bfd/state.ts';

/** RFC 5880 4.1, Diag. */
const DIAGNOSTICS = [
  'no diagnostic',
  'its detection time expired',
  'its echo function failed',
  'we signalled down',
  'its forwarding plane was reset',
  'its path is down',
  'its concatenated path is down',
  'its administrator took it down',
  'its reverse concatenated path is down',
] as const;

export function sessionCauseWords(cause: SessionCause): string {
  switch (cause.kind) {
    case 'handshake':
      return 'the neighbour answers';
    case 'detection-expired':
      return `detection time ${rounded(cause.detection)} expired, last packet ${rounded(cause.silence)} ago`;
    case 'neighbour-signalled':
      if (cause.state === 'admin-down') return 'the neighbour took it down (admin-down)';
      return `the neighbour signalled down: ${diagnosticWords(cause.diagnostic)}`;
    case 'administrator':
      return 'it is not wanted any more';
  }
}

function diagnosticWords(diagnostic: number): string {
  return DIAGNOSTICS[diagnostic] ?? `diagnostic ${diagnostic}`;
}

/** Tenths of a millisecond are enough for a reader. */
function rounded(length: Duration): string {
  return renderDuration((Math.round(length / 100) * 100) as Duration);
}
