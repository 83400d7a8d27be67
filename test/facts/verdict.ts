/** What keepalived's configuration test says about a file, as recorded or as asked for now. */

/** One message of keepalived, told once however many of its processes print it. */
export interface Complaint {
  /** undefined for what keepalived finds after reading, which it gives no place. */
  readonly line: number | undefined;
  /** Without the place before it. */
  readonly text: string;
}

export interface PackagedVerdict {
  readonly name: string;
  /** 0 nothing to say, 5 any report, 6 scripts or includes; 2 and 4 are the ones that keep it from starting. */
  readonly status: number;
  readonly complaints: readonly Complaint[];
}

/** A table of name, exit status, number of messages, and the messages with bars between them. */
export function parseVerdicts(table: string): readonly PackagedVerdict[] {
  const rows = table.trimEnd().split('\n').slice(1);
  return rows.map((row) => {
    const [name = '', status = '', , text = ''] = row.split('\t');
    const messages = text === '' ? [] : text.split(' | ');
    return { name, status: Number(status), complaints: complaintsOf(messages) };
  });
}

export function complaintsOf(messages: readonly string[]): readonly Complaint[] {
  const seen = new Set<string>();
  const complaints: Complaint[] = [];
  for (const message of messages) {
    const place = /^\((?:.*: )?Line (\d+)\) (.*)$/s.exec(message);
    const line = place === null ? undefined : Number(place[1]);
    const text = (place?.[2] ?? message).trim();
    const key = `${line} ${text}`;
    if (text === '' || seen.has(key)) continue;
    seen.add(key);
    complaints.push({ line, text });
  }
  return complaints;
}

/** What keepalived does not start with: a missing argument, what cannot run, and what it dies of itself. */
const fatal: ReadonlySet<number> = new Set([2, 4, 70]);

export function starts({ status }: PackagedVerdict): boolean {
  return !fatal.has(status);
}

/** The table that `parseVerdicts` reads. */
export function renderVerdicts(verdicts: readonly PackagedVerdict[]): string {
  const rows = verdicts.map(({ name, status, complaints }) => {
    const texts = complaints.map(({ line, text }) =>
      (line === undefined ? text : `(Line ${line}) ${text}`).replaceAll(/[\t|]/g, ' '),
    );
    return [name, status, texts.length, texts.join(' | ')].join('\t');
  });
  return `${['name\tstatus\tmessages\ttext', ...rows].join('\n')}\n`;
}
