/**
 * Why a complaint of keepalived has none of ours at the same line. A reason is never a blank cheque: where ours says
 * the same elsewhere, it must be there under the code that the reason names, and about the same name.
 */
import type { Told } from './compare.ts';
import { elsewhere } from './elsewhere.ts';
import type { Complaint } from './verdict.ts';

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
      /^Non-existent interface specified|tracked interface .* doesn't exist|interface \S+ for .* doesn't exist/,
    why: 'the interface is missing on the machine: check --host says host.interface-missing',
  },
  {
    pattern: /^invalid number '\d+\.\d+'$|vrrp script timeout '\d+\.\d+' invalid/,
    why: 'this release reads whole seconds here, later ones read fractions',
  },
  {
    pattern: /^\(.*\) Unknown interface!/,
    why: 'this release wants an interface beside unicast peers too, later ones do not',
  },
  {
    pattern: /^Unknown keyword 'lb_kind'$/,
    why: 'this release does not know the other name of lvs_method in real_server',
  },
  {
    pattern: /WARNING - VRF interface \S+ doesn't exist/,
    why: 'the VRF is missing on the machine',
  },
  {
    pattern: /^(?:free\(\)|double free|munmap_chunk|corrupted|malloc)/,
    why: 'keepalived broke on this file',
  },
  {
    pattern:
      /^(?:Routing table|Scope|Protocol) \S+ not found|^TOS value \S+ is invalid|^Invalid ipproto|^invalid realms/,
    why: 'the name has no number on the machine: check --host says host.name-unknown',
  },
  {
    pattern: /cannot use a loopback interface/,
    why: 'what kind of interface it is shows on the machine: check --host says host.loopback',
  },
  {
    pattern: /^Invalid vrrp_garp_\S+ '\d+\.\d+' - ignoring$/,
    why: 'this release reads whole seconds here, later ones read fractions',
  },
  {
    pattern: /^(?:VRRP parsed invalid IP|Invalid peer address) \S+\/\d+/,
    why: 'this release reads no prefix length behind a peer, later ones do',
  },
  {
    pattern: /^Unknown keyword '(?:vrrp_ipsets|tls_compliant)'$/,
    why: 'this release, or this build of it, does not have the keyword',
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
    fromLostBlock(complaint, told) ??
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
  'language.repeated-list',
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
      ({ diagnostic: { code, message } }) =>
        codes.includes(code) && (code.startsWith('language.') || message.includes(name)),
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

/** Where a brace is lost, keepalived gives a block the keywords of another, or none, and judges that. */
function fromLostBlock({ text }: Complaint, told: readonly Told[]): string | undefined {
  if (!consequence.test(text)) return undefined;
  const cause = told.find(({ diagnostic: { code } }) => /^syntax\.\w+-brace$/.test(code));
  if (cause === undefined) return undefined;
  return `a brace is lost at line ${Math.min(...cause.lines)}, and keepalived reads another block than is meant: ${cause.diagnostic.code}`;
}

const consequence =
  /only valid with a vmac|Strict mode requires|the virtual router id must be set|specified in sync group \S+ doesn't exist|no matching virtual router|No VIP specified|not found, ignoring|requires vmac_xmit_base/;

/** The same line twice changes nothing; different values are told as language.repeated-keyword. */
function fromRepetition({ line, text }: Complaint, lines: readonly string[]): string | undefined {
  const own = lines[(line ?? 0) - 1]?.trim();
  if (own === undefined || own === '' || !/already (?:specified|set)|duplicate/.test(text))
    return undefined;
  const before = lines.slice(0, (line ?? 0) - 1).findLastIndex((each) => each.trim() === own);
  return before < 0 ? undefined : `line ${before + 1} says the same, so nothing is lost`;
}
