/**
 * Why a complaint of keepalived has none of ours at the same line. A reason is never a blank cheque: where ours says
 * the same elsewhere, it must be there under the code that the reason names, and about the same name.
 */
import type { Told } from './compare.ts';
import type { Complaint } from './verdict.ts';

/** keepalived gives no line, or another one; ours is about the same thing and has one of these codes. */
interface Elsewhere {
  readonly pattern: RegExp;
  readonly codes: readonly string[];
  /** The first group of the pattern is a name that ours must say too. */
  readonly named?: true;
}

const elsewhere: readonly Elsewhere[] = [
  { pattern: /^There are \d+ missing '}'s or extra '{'s/, codes: ['syntax.missing-brace'] },
  { pattern: /^There (?:is|are) \d+ (?:missing|extra|too many)/, codes: ['syntax.extra-brace'] },
  {
    pattern: /^SECURITY VIOLATION - (?:check )?scripts are being executed/,
    codes: ['script.security-off', 'script.user-below'],
  },
  {
    pattern: /^\((.*)\) Warning - nopreempt will not work/,
    codes: ['vrrp.nopreempt-with-master', 'vrrp.nopreempt-with-owner'],
    named: true,
  },
  {
    pattern: /^\((.*)\) No VIP specified; at least one is/,
    codes: [
      'vrrp.no-address',
      'language.not-an-address',
      'language.empty-block',
      'syntax.missing-brace',
    ],
  },
  {
    pattern: /^\((.*)\) the virtual router id must be set/,
    codes: ['vrrp.router-id-missing', 'language.out-of-range', 'language.not-a-number'],
  },
  { pattern: /^\((.*)\) Ignoring track_interface/, codes: ['track.own-interface'], named: true },
  {
    pattern: /^\((.*)\) VRRP version 3 does not support authentication/,
    codes: ['vrrp.authentication-with-version-3'],
    named: true,
  },
  {
    pattern: /^\((.*)\) (?:Strict mode|State MASTER must match|.* strict)/i,
    codes: ['vrrp.strict-corrects'],
    named: true,
  },
  {
    pattern: /^\((.*)\) Initial state master is incompatible with AH/,
    codes: ['vrrp.authentication-header'],
    named: true,
  },
  {
    pattern: /^\((.*)\) promote_secondaries is automatically set for vmacs/,
    codes: ['vrrp.promote-secondaries-with-vmac'],
    named: true,
  },
  {
    pattern: /^\((.*)\) A unicast keyword has been specified without any unicast peers/,
    codes: ['vrrp.unicast-without-peers', 'vrrp.peer-of-other-family'],
    named: true,
  },
  {
    pattern: /ignoring tracked script (\S+) with weights due to address_owner/,
    codes: ['track.weight-of-owner'],
    named: true,
  },
  { pattern: /^Sync group (.*) has only \d+ virtual router/, codes: ['group.single-member'] },
  {
    pattern: /^Virtual router (.*) specified in sync group/,
    codes: ['group.unknown-member'],
    named: true,
  },
  { pattern: /^Sync group (.*), no matching virtual router/, codes: ['group.empty'], named: true },
  {
    pattern: /^Sync group (.*) has no virtual router/,
    codes: ['group.empty', 'language.empty-block'],
  },
  { pattern: /^No file set for track_file (\S+)/, codes: ['track.nothing-to-watch'], named: true },
  {
    pattern: /^track process '(.*)' process name not specified/,
    codes: ['track.nothing-to-watch'],
    named: true,
  },
  { pattern: /BFD instance (\S+) has no neighbor/, codes: ['track.nothing-to-watch'], named: true },
  {
    pattern: /^No script set for vrrp_script (.*) - removing/,
    codes: ['track.script-without-command', 'language.absent-argument'],
  },
  { pattern: /sorry_server.* without sorry_server/, codes: ['lvs.sorry-server-missing'] },
  { pattern: /conflicts with server family/, codes: ['lvs.family-conflict'] },
  { pattern: /vmac_xmit_base is only valid/, codes: ['vrrp.transmission-without-vmac'] },
  { pattern: /unicast with use_vmac requires/, codes: ['vrrp.unicast-with-vmac'] },
  {
    pattern: /multicast destination specified with unicast/,
    codes: ['vrrp.destination-with-peers'],
  },
  { pattern: /Cannot use unicast_ttl without/, codes: ['vrrp.unicast-without-peers'] },
  { pattern: /virtual server group (.*) has no entries/, codes: ['lvs.empty-group'], named: true },
  { pattern: /advertisement interval .* must be an integer/, codes: ['vrrp.interval-fraction'] },
  { pattern: /no protocol set - defaulting/, codes: ['lvs.no-protocol'] },
  {
    pattern: /^HTTP\/SSL_GET \S+ has no urls|has no path - ignoring/,
    codes: ['lvs.check-incomplete'],
  },
  {
    pattern: /^FILE_CHECK has no track_file|^No script path has been specified for MISC/,
    codes: ['lvs.check-incomplete', 'language.absent-argument'],
  },
  {
    pattern: /^track_file (\S+) not found/,
    codes: ['track.unknown-name', 'track.nothing-to-watch'],
    named: true,
  },
  {
    pattern: /track file (\S+) not found, ignoring/,
    codes: ['track.nothing-to-watch'],
    named: true,
  },
  { pattern: /both use VRID/, codes: ['vrrp.router-id-taken'] },
  {
    pattern: /only applies to sh scheduler|only applies to mh scheduler/,
    codes: ['lvs.flag-without-scheduler'],
  },
  { pattern: /ports don't match - resetting/, codes: ['lvs.port-of-service'] },
  {
    pattern: /hysteresis \d+ >= quorum/,
    codes: ['lvs.hysteresis-too-large', 'lvs.quorum-too-large'],
  },
  {
    pattern: /^\((.*)\) Authentication specified but no password/,
    codes: ['vrrp.authentication-incomplete', 'language.missing-argument'],
  },
  {
    pattern: /^\((.*)\) Unknown interface!/,
    codes: ['vrrp.interface-missing', 'language.missing-argument'],
  },
  { pattern: /exceeds total weight of real servers/, codes: ['lvs.quorum-too-large'] },
  { pattern: /has no real servers - ignoring/, codes: ['lvs.no-server'] },
  {
    pattern: /no forwarding method set/,
    codes: ['lvs.no-forwarding-method', 'language.unknown-choice', 'language.other-case'],
  },
  {
    pattern: /no scheduler set/,
    codes: ['lvs.no-scheduler', 'language.unknown-choice', 'language.other-case'],
  },
  { pattern: /protocol specified for fwmark/, codes: ['lvs.protocol-with-fwmark'] },
  { pattern: /is duplicated - removing second rs/, codes: ['lvs.server-repeated'] },
  {
    pattern: /^garp_group already specified for (.*) - ignoring/,
    codes: ['garp.interface-repeated'],
  },
];

/** What hangs on the machine or on how keepalived was built; `holdfast check --host` says what concerns the host. */
const surroundings: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  {
    pattern:
      /since not found\/accessible$|^Unable to access script|not (?:found|executable)\/accessible/,
    why: 'the script is missing on the machine: check --host says host.script-missing',
  },
  {
    pattern: /^Unable to set (?:default user|uid\/gid)|^Error setting global script uid\/gid/,
    why: 'the user is missing on the machine: check --host says host.user-missing',
  },
  {
    pattern:
      /^Non-existent interface specified|tracked interface .* doesn't exist|for vrrp_instance .* doesn't exist/,
    why: 'the interface is missing on the machine: check --host says host.interface-missing',
  },
  {
    pattern: /^invalid number '\d+\.\d+'$|vrrp script timeout '\d+\.\d+' invalid/,
    why: 'this release reads whole seconds here, later ones read fractions',
  },
  {
    pattern: /^Invalid (?:startup|shutdown) script$/,
    why: 'the script is missing on the machine: check --host says host.script-missing',
  },
  {
    pattern: /starting `(?:debug|\w*process_name)` is missing a parameter/,
    why: 'the word behind it may be left out here',
  },
  {
    pattern: /^Invalid smtp server/,
    why: 'keepalived resolves the name while it reads, and the machine cannot',
  },
  {
    pattern: /^iptables not supported, using nftables/,
    why: 'this build of keepalived has no iptables; the table is named all the same',
  },
  { pattern: /^cp: cannot create/, why: 'keepalived tried to write a copy of the file' },
  {
    pattern: /^Invalid rule action \d+$/,
    why: 'keepalived reads the preference of a rule that begins with it as its action, and keeps it as it is',
  },
  {
    pattern: /^Warning - cannot track route .* with no interface specified/,
    why: 'keepalived looks at dev of the route alone; here every next hop names its interface',
  },
];

/** Codes that tell of a whole block, whose lines keepalived goes through one by one. */
const wholeBlock: ReadonlySet<string> = new Set([
  'language.unknown-keyword',
  'language.misplaced-keyword',
  'language.unexpected-block',
  'language.duplicate-block',
  'language.not-a-service',
  'language.missing-name',
  'language.missing-block',
  'language.empty-block',
  'syntax.block-without-keyword',
]);

/** `lines` is the text of the file, line by line. */
export function reasonFor(
  complaint: Complaint,
  told: readonly Told[],
  lines: readonly string[],
): string | undefined {
  return (
    fromBlock(complaint, told) ??
    fromLostBrace(complaint, told) ??
    fromElsewhere(complaint, told) ??
    fromLostScript(complaint, told) ??
    fromRepetition(complaint, lines) ??
    surroundings.find(({ pattern }) => pattern.test(complaint.text))?.why
  );
}

function fromBlock({ line }: Complaint, told: readonly Told[]): string | undefined {
  if (line === undefined) return undefined;
  for (const { diagnostic, block } of told) {
    if (!wholeBlock.has(diagnostic.code) || block === undefined) continue;
    if (line < block.from || line > block.to) continue;
    return `in the block of lines ${block.from} to ${block.to}, told once: ${diagnostic.code}`;
  }
  return undefined;
}

/** Where a block has no brace, keepalived takes what follows for its contents and loses count of the braces. */
function fromLostBrace({ line, text }: Complaint, told: readonly Told[]): string | undefined {
  if (
    line === undefined ||
    !/^(?:Unknown keyword|Unexpected '\{'|Extra '\}'|Missing '\{'|\*\*\* Configuration line)/.test(
      text,
    )
  )
    return undefined;
  const cause = told.find(
    ({ diagnostic, lines, block }) =>
      (lostBrace.has(diagnostic.code) && [...lines].some((each) => each < line)) ||
      (wholeBlock.has(diagnostic.code) && block !== undefined && block.to < line),
  );
  if (cause === undefined) return undefined;
  return `keepalived lost count of the braces at line ${Math.min(...cause.lines)}: ${cause.diagnostic.code}`;
}

const lostBrace: ReadonlySet<string> = new Set([
  'language.missing-block',
  'language.missing-name',
  'language.not-a-service',
  'language.unexpected-block',
  'syntax.byte-order-mark',
  'syntax.missing-brace',
  'syntax.extra-brace',
  'expand.unknown-name',
]);

function fromElsewhere({ text }: Complaint, told: readonly Told[]): string | undefined {
  for (const { pattern, codes, named } of elsewhere) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const name = named === true ? (match[1] ?? '') : '';
    const ours = told.find(
      ({ diagnostic }) => codes.includes(diagnostic.code) && diagnostic.message.includes(name),
    );
    if (ours === undefined) return undefined;
    const [first] = ours.lines;
    return `ours is ${first === undefined ? 'of the whole file' : `at line ${first}`}: ${ours.diagnostic.code}`;
  }
  return undefined;
}

/** A script that keepalived removed, for want of its user or its file, is unknown to whoever tracks it. */
function fromLostScript({ text }: Complaint, told: readonly Told[]): string | undefined {
  if (!/track script .* not found, ignoring/.test(text)) return undefined;
  const unknown = told.some(({ diagnostic }) => diagnostic.code === 'track.unknown-name');
  return unknown ? undefined : 'the script is defined; keepalived removed it for want of its user';
}

/** The same line twice changes nothing; different values are told as language.repeated-keyword. */
function fromRepetition({ line, text }: Complaint, lines: readonly string[]): string | undefined {
  const own = lines[(line ?? 0) - 1]?.trim();
  if (own === undefined || own === '' || !/already (?:specified|set)|duplicate/.test(text))
    return undefined;
  const before = lines.slice(0, (line ?? 0) - 1).findLastIndex((each) => each.trim() === own);
  return before < 0 ? undefined : `line ${before + 1} says the same, so nothing is lost`;
}
