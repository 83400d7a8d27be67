/** The language server: what an editor asks and is told, over standard input and output. */
import { resolve } from 'node:path';
import {
  createConnection,
  type Location,
  ProposedFeatures,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { formatText } from '../../config/format.ts';
import { completionsAt } from './completion.ts';
import { definitionsAt } from './definition.ts';
import { findingsByUri } from './findings.ts';
import { hoverAt } from './hover.ts';
import { type Spot, spotAt } from './spot.ts';
import { configurationOf, type FilePlace, pathOf, uriOf, type Workspace } from './workspace.ts';

/** How long typing must rest before a file is read again, in milliseconds. */
const rest = 150;

type Connection = ReturnType<typeof createConnection>;

/** Ends with the connection. */
export function serveLanguage(): void {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  const documents = new TextDocuments(TextDocument);
  const workspace: Workspace = {
    open: (path) => documents.get(uriOf(resolve(path)))?.getText(),
  };
  connection.onInitialize(() => ({
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      completionProvider: {},
      hoverProvider: true,
      definitionProvider: true,
      documentFormattingProvider: true,
    },
    serverInfo: { name: 'holdfast' },
  }));
  answerAboutPlaces(connection, documents, workspace);
  connection.onDocumentFormatting(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    return document === undefined ? [] : formattingOf(document);
  });
  keepChecked(connection, documents, workspace);
  documents.listen(connection);
  connection.listen();
}

function answerAboutPlaces(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  workspace: Workspace,
): void {
  const at = ({ textDocument, position }: Question): Asked | undefined => {
    const document = documents.get(textDocument.uri);
    const path = pathOf(textDocument.uri);
    if (document === undefined || path === undefined) return undefined;
    return { path, spot: spotAt(document.getText(), document.offsetAt(position)) };
  };
  connection.onCompletion((question) => {
    const asked = at(question);
    if (asked === undefined) return [];
    return [...completionsAt(asked.spot, configurationOf(workspace, asked.path))];
  });
  connection.onHover((question) => {
    const asked = at(question);
    if (asked === undefined) return null;
    const value = hoverAt(asked.spot, configurationOf(workspace, asked.path));
    return value === undefined ? null : { contents: { kind: 'markdown', value } };
  });
  connection.onDefinition((question) => {
    const asked = at(question);
    if (asked === undefined) return [];
    const configuration = configurationOf(workspace, asked.path);
    return definitionsAt(asked.spot, asked.path, configuration).map(locationOf);
  });
}

interface Question {
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

interface Asked {
  readonly path: string;
  readonly spot: Spot;
}

function locationOf({ path, text, start, end }: FilePlace): Location {
  const document = TextDocument.create(uriOf(path), 'keepalived', 0, text);
  const range = { start: document.positionAt(start), end: document.positionAt(end) };
  return { uri: document.uri, range };
}

function formattingOf(document: TextDocument) {
  const text = document.getText();
  const newText = formatText(text);
  if (newText === text) return [];
  const range = { start: { line: 0, character: 0 }, end: document.positionAt(text.length) };
  return [{ range, newText }];
}

/** Publishes what is wrong with every open file, and with the files that it includes, once typing rests. */
function keepChecked(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  workspace: Workspace,
): void {
  let shown = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const checkAll = (): void => {
    const now = new Set<string>();
    for (const document of documents.all()) {
      const path = pathOf(document.uri);
      if (path === undefined || now.has(document.uri)) continue;
      for (const [uri, diagnostics] of findingsByUri(configurationOf(workspace, path))) {
        now.add(uri);
        void connection.sendDiagnostics({ uri, diagnostics });
      }
    }
    for (const uri of shown) {
      if (!now.has(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
    }
    shown = now;
  };
  const checkSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(checkAll, rest);
  };
  documents.onDidChangeContent(checkSoon);
  documents.onDidClose(checkSoon);
}
