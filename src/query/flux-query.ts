// The queries: one file of Flux each in flux/, the single source of `skein query`
// and of the Grafana dashboard.
//
// A file begins with a comment, whose first sentence says what the query finds,
// and its imports. What all have in common is prelude.flux. Grafana gets the text
// as it is; `skein query` puts values where Grafana would.

import { readdirSync, readFileSync } from 'node:fs';

/** Beside the sources: the compiler copies no Flux. */
const FOLDER = new URL('../../../src/query/flux/', import.meta.url);
const PRELUDE = 'prelude';

/** The names of all queries, in alphabetical order. */
export function queryNames(): string[] {
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.flux$/, ''));
  return names.filter((name) => name !== PRELUDE).sort();
}

/** What the query finds, in one sentence. */
export function queryTitle(name: string): string {
  const [comment = ''] = readFlux(name).split('\n\n');
  const text = comment.replaceAll(/^\/\/ ?/gm, '').replaceAll('\n', ' ');
  return text.replace(/(?<=\.) .*$/, '');
}

/** The whole query, as Grafana takes it: imports, prelude, then what is its own. */
export function queryText(name: string): string {
  const lines = readFlux(name).split('\n');
  const isImport = (line: string): boolean => line.startsWith('import ');
  return [...lines.filter(isImport), readFlux(PRELUDE), ...lines.filter((line) => !isImport(line))].join('\n');
}

function readFlux(name: string): string {
  return readFileSync(new URL(`${name}.flux`, FOLDER), 'utf8');
}
