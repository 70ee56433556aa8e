// `skein replay`: send ready parts, show how far it is, print the account.

import { resolve } from 'node:path';
import { counted } from '../counted.ts';
import { areBalanced } from '../load/books.ts';
import { replay } from '../replay-directory.ts';
import type { ReplayReport } from '../replay-run.ts';
import { checkCanConfirm, confirmation } from './confirm.ts';
import { serverOf } from './environment.ts';
import type { WriteOptions } from './options.ts';
import { Progress } from './progress.ts';
import { account, rounded, section, sending, shownPath } from './summary.ts';
import { duration, jsonText, printable, short, size } from './words.ts';

export async function replayCommand(directory: string, options: WriteOptions, signal: AbortSignal): Promise<void> {
  const progress = new Progress(process.stderr, options.quiet === true);
  checkCanConfirm(options);
  const to = await serverOf(options, signal);
  let report: ReplayReport;
  try {
    report = await replay(directory, {
      to,
      state: options.state,
      workers: options.workers,
      inFlight: options.inFlight,
      rateLimit: options.rateLimit,
      maxRejects: options.maxRejects,
      fresh: options.fresh,
      confirm: confirmation(options, progress, signal),
      signal,
      onProgress: (at, gauge) => progress.show('replay', at, gauge),
      onHandOverProgress: (at) => progress.handOver(at),
    });
  } finally {
    progress.end();
  }
  if (options.json === true) process.stdout.write(`${jsonText(asJson(directory, report))}\n`);
  else if (options.quiet !== true) process.stdout.write(`${summary(directory, report, options).join('\n')}\n`);
}

/** The object of `--json`; the README documents it. */
function asJson(directory: string, report: ReplayReport): Record<string, unknown> {
  const { books, seconds } = report;
  return {
    lines: books.rows,
    points: books.points,
    rejected: books.rejected,
    balanced: areBalanced(books),
    resumedLines: report.resumedRows,
    source: resolve(directory),
    bytes: report.bytes,
    shards: report.shards ?? null,
    destination: report.destination,
    directory: report.directory,
    rejectsFile: report.rejectsPath ?? null,
    requests: report.requests,
    notes: report.notes.map((note) => printable(note)),
    seconds: rounded(seconds),
    linesPerSecond: Math.round(sentLines(report) / seconds),
  };
}

function summary(directory: string, report: ReplayReport, options: WriteOptions): string[] {
  const { books, seconds } = report;
  return [
    `${printable(directory)} (${size(report.bytes)}) ${verb(report)} to ${printable(report.destination)}`,
    '',
    ...(report.shards === undefined
      ? account(books, [
          ['lines', books.rows],
          ['points', books.points],
          ['rejected', books.rejected, report.rejectsPath === undefined ? '' : shownPath(report.rejectsPath)],
        ])
      : [`The server holds all ${counted(books.points, 'point')} of ${counted(report.shards, 'shard')}, counted field by field.`]),
    ...section(
      'Worth knowing',
      report.notes.map((note) => printable(note)),
    ),
    '',
    ...sending(report.requests, options),
    `${duration(seconds)}: ${short(sentLines(report) / seconds)} ${report.shards === undefined ? 'lines' : 'points'}/s`,
    ...section('Next', [`The run's journal is in ${shownPath(report.directory)}`]),
  ];
}

function sentLines({ books, resumedRows }: ReplayReport): number {
  return books.rows - resumedRows;
}

function verb({ wasDone, resumedRows, shards }: ReplayReport): string {
  if (wasDone) return 'was already sent (--fresh sends it again)';
  if (shards !== undefined) return 'is handed';
  return resumedRows > 0 ? `is sent, ${counted(resumedRows, 'line')} of it by an earlier run,` : 'is sent';
}
