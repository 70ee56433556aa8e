// `skein replay`: send ready parts, show how far it is, print the account.

import { resolve } from 'node:path';
import { areBalanced } from '../load/books.ts';
import { type ReplayReport, replay } from '../replay-directory.ts';
import { checkCanConfirm, confirmation } from './confirm.ts';
import { serverOf } from './environment.ts';
import type { WriteOptions } from './options.ts';
import { Progress } from './progress.ts';
import { account, rounded, section, sending, shownPath } from './summary.ts';
import { counted, duration, jsonText, printable, short, size } from './words.ts';

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
    ...account(books, [
      ['lines', books.rows],
      ['points', books.points],
      ['rejected', books.rejected, report.rejectsPath === undefined ? '' : shownPath(report.rejectsPath)],
    ]),
    ...section(
      'Worth knowing',
      report.notes.map((note) => printable(note)),
    ),
    '',
    ...sending(report.requests, options),
    `${duration(seconds)}: ${short(sentLines(report) / seconds)} lines/s`,
    ...section('Next', [`The run's journal is in ${shownPath(report.directory)}`]),
  ];
}

function sentLines({ books, resumedRows }: ReplayReport): number {
  return books.rows - resumedRows;
}

function verb({ wasDone, resumedRows }: ReplayReport): string {
  if (wasDone) return 'was already sent (--fresh sends it again)';
  return resumedRows > 0 ? `is sent, ${counted(resumedRows, 'line')} of it by an earlier run,` : 'is sent';
}
