/** The language server as an editor meets it: a process, spoken to over its standard input and output. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type CompletionItem,
  createProtocolConnection,
  type Hover,
  type Location,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from 'vscode-languageserver/node';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const script = 'vrrp_script "check" {\n    script /bin/true\n}\n';
const text = `include conf.d/*.inc
vrrp_instance A {
    interface eth0
    virtual_router_id 51
    state 
    virtual_ipaddress {
        10.0.0.1/24 dev eth0
    }
    track_script {
        check weight 5
    }
    priorty 100
}
`;

async function editor(context: { after(run: () => Promise<void>): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-lsp-'));
  mkdirSync(join(folder, 'conf.d'));
  writeFileSync(join(folder, 'conf.d', 'check.inc'), script);
  writeFileSync(join(folder, 'keepalived.conf'), text);
  const child = spawn(process.execPath, [main, 'lsp', '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const guard = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published: PublishDiagnosticsParams[] = [];
  const waiting: (() => void)[] = [];
  connection.onNotification('textDocument/publishDiagnostics', (params) => {
    published.push(params as PublishDiagnosticsParams);
    for (const wake of waiting.splice(0)) wake();
  });
  connection.listen();
  context.after(async () => {
    const ended = once(child, 'exit');
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    const [code] = await ended;
    clearTimeout(guard);
    connection.dispose();
    rmSync(folder, { recursive: true, force: true });
    assert.equal(code, 0);
  });
  await connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  const uri = uriOf('keepalived.conf');
  const open = (name: string, content: string) =>
    connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: uriOf(name), languageId: 'keepalived', version: 1, text: content },
    });
  await open('keepalived.conf', text);
  const diagnosticsOf = async (of: string): Promise<PublishDiagnosticsParams> => {
    for (;;) {
      const found = published.findLast((each) => each.uri === of);
      if (found !== undefined) return found;
      await new Promise<void>((wake) => waiting.push(wake));
    }
  };
  const ask = <T>(method: string, line: number, character: number, of = uri): Promise<T> =>
    connection.sendRequest(method, {
      textDocument: { uri: of },
      position: { line, character },
    });
  return { connection, uri, uriOf, open, published, diagnosticsOf, ask };
}

test('an editor is told what is wrong, file by file, and again after a change', async (context) => {
  const { connection, uri, uriOf, published, diagnosticsOf } = await editor(context);
  const { diagnostics } = await diagnosticsOf(uri);
  const wrong = diagnostics.find(({ code }) => code === 'language.unknown-keyword');
  assert.deepEqual(wrong?.range, {
    start: { line: 11, character: 4 },
    end: { line: 11, character: 11 },
  });
  assert.match(String(wrong?.message), /priority/);
  assert.equal(wrong?.severity, 2);
  assert.deepEqual(
    diagnostics.find(({ code }) => code === 'language.missing-argument')?.severity,
    1,
  );
  const inner = await diagnosticsOf(uriOf('conf.d/check.inc'));
  assert.deepEqual(
    inner.diagnostics.map(({ code }) => code),
    ['script.security-off'],
  );
  published.length = 0;
  const range = { start: { line: 11, character: 4 }, end: { line: 11, character: 11 } };
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range, text: 'priority' }],
  });
  const after = await diagnosticsOf(uri);
  assert.ok(after.diagnostics.every(({ code }) => code !== 'language.unknown-keyword'));
});

test('a file that another one includes is read as part of it', async (context) => {
  const { uriOf, open, diagnosticsOf, ask } = await editor(context);
  const uri = uriOf('conf.d/check.inc');
  await open('conf.d/check.inc', script);
  const { diagnostics } = await diagnosticsOf(uri);
  assert.ok(diagnostics.every(({ code }) => code !== 'language.nothing-to-run'));
  const items = await ask<CompletionItem[]>('textDocument/completion', 1, 4, uri);
  assert.ok(items.some(({ label }) => label === 'interval'));
});

test('completion knows the block, the choices, the options and the names', async (context) => {
  const { ask } = await editor(context);
  const at = async (line: number, character: number): Promise<readonly string[]> => {
    const items = await ask<CompletionItem[]>('textDocument/completion', line, character);
    return items.map(({ label }) => label);
  };
  const inside = await at(11, 4);
  assert.ok(inside.includes('priority') && inside.includes('advert_int'));
  assert.ok(!inside.includes('vrrp_instance') && !inside.includes('lb_algo'));
  assert.ok((await at(13, 0)).includes('vrrp_instance'));
  assert.deepEqual(await at(4, 10), ['MASTER', 'BACKUP']);
  assert.ok((await at(6, 20)).includes('label'));
  assert.deepEqual(await at(9, 10), ['check']);
  assert.deepEqual((await at(9, 14)).slice(0, 1), ['weight']);
});

test('hovering tells what the table says', async (context) => {
  const { ask } = await editor(context);
  const at = async (line: number, character: number): Promise<string> => {
    const hover = await ask<Hover | null>('textDocument/hover', line, character);
    return (hover?.contents as { value: string } | undefined)?.value ?? '';
  };
  assert.match(await at(3, 6), /`virtual_router_id <N>`[\s\S]*Range: 1 to 255/);
  assert.match(await at(6, 22), /`dev /);
  assert.match(await at(9, 9), /vrrp_script check/);
  assert.equal(await at(11, 6), '');
});

test('definitions lead to the block, the included file and the file of a command', async (context) => {
  const { uriOf, ask } = await editor(context);
  const at = (line: number, character: number, of?: string): Promise<Location[]> =>
    ask<Location[]>('textDocument/definition', line, character, of);
  assert.deepEqual(await at(9, 10), [
    {
      uri: uriOf('conf.d/check.inc'),
      range: { start: { line: 0, character: 12 }, end: { line: 0, character: 19 } },
    },
  ]);
  assert.deepEqual(
    (await at(0, 12)).map(({ uri }) => uri),
    [uriOf('conf.d/check.inc')],
  );
  assert.deepEqual(await at(3, 6), []);
});

test('formatting is what fmt does', async (context) => {
  const { connection, uriOf, open } = await editor(context);
  await open('other.conf', 'vrrp_instance A{\npriority 5\n}\n');
  const edits = await connection.sendRequest<TextEdit[]>('textDocument/formatting', {
    textDocument: { uri: uriOf('other.conf') },
    options: { tabSize: 4, insertSpaces: true },
  });
  assert.deepEqual(edits, [
    {
      range: { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } },
      newText: 'vrrp_instance A {\n    priority 5\n}\n',
    },
  ]);
});
