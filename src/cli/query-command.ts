// `skein query`: ask a server one of the queries, and print the rows as they arrive.

import { DEFAULT_MEASUREMENT } from '../movebank/layout.ts';
import { type ResultRow, type StartedQuery, startQuery } from '../query/start-query.ts';
import { serverOf } from './environment.ts';
import type { QueryCommandOptions } from './options.ts';
import { queryList } from './query-list.ts';
import { csvText, jsonLines } from './result-formats.ts';
import { tableText } from './result-table.ts';
import { instant, printable } from './words.ts';

/** What is written at once. */
const PIECE_CHARS = 1 << 16;

export async function queryCommand(name: string | undefined, options: QueryCommandOptions, signal: AbortSignal): Promise<void> {
  if (name === undefined) {
    process.stdout.write(`${queryList()}\n`);
    return;
  }
  const { measurement = DEFAULT_MEASUREMENT, study = [], taxon = [], individual = [], since, until, every, set = [], format } = options;
  const started = await startQuery(name, {
    to: await serverOf(options, signal),
    measurement,
    studies: study,
    taxa: taxon,
    individuals: individual,
    sinceMs: since,
    untilMs: until,
    every,
    settings: set,
    signal,
  });
  if (options.quiet !== true && Number.isFinite(started.toMs - started.fromMs)) process.stderr.write(`${asked(started)}\n`);
  await print(formatted(started.rows, format));
}

function asked({ fromMs, toMs, every }: StartedQuery): string {
  const windows = every === undefined ? '' : `, in windows of ${every} (--every)`;
  return `skein: ${instant(fromMs)} to ${instant(toMs)}, UTC${windows}`;
}

function formatted(rows: AsyncIterable<ResultRow>, format: QueryCommandOptions['format']): AsyncIterable<string> {
  const { isTTY, columns } = process.stdout;
  if (format === 'json') return jsonLines(rows);
  return format === 'csv' ? csvText(rows) : tableText(rows, isTTY ? columns : Number.POSITIVE_INFINITY);
}

/** Write no faster than it is read, and no more when nobody reads on. */
async function print(texts: AsyncIterable<string>): Promise<void> {
  let piece = '';
  for await (const text of texts) {
    piece += text;
    if (piece.length < PIECE_CHARS) continue;
    if (!(await isWritten(piece))) return;
    piece = '';
  }
  await isWritten(piece);
}

/** Whether somebody still reads. */
function isWritten(text: string): Promise<boolean> {
  return new Promise((resolve) => process.stdout.write(shownOnTerminal(text), (error) => resolve(error == null)));
}

/** CSV has no escapes: in a file every character is kept. */
function shownOnTerminal(text: string): string {
  return process.stdout.isTTY ? printable(text, true) : text;
}
