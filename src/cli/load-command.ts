// `skein load`: run it, show how far it is, print the account.

import { relative } from 'node:path';
import { areBalanced } from '../load/books.ts';
import { type LoadFileOptions, type LoadReport, load, rejectsByReason } from '../load-file.ts';
import { checkCanAsk, confirm } from './confirm.ts';
import { destinationOf } from './environment.ts';
import { collisionLines, collisionsJson, noteSentences, rejectLines } from './findings.ts';
import type { LoadOptions } from './options.ts';
import { Progress } from './progress.ts';
import { count, counted, duration, printable, short, size } from './words.ts';

export async function loadCommand(file: string, options: LoadOptions, signal: AbortSignal): Promise<void> {
  const progress = new Progress(process.stderr, options.quiet === true);
  if (options.replaceBucket === true && options.yes !== true) checkCanAsk('--replace-bucket');
  const to = await destinationOf(file, options);
  const began = performance.now();
  let report: LoadReport;
  try {
    report = await load(file, {
      ...readingOptions(options),
      to,
      state: options.state,
      inFlight: options.inFlight,
      batchLines: options.batchLines,
      duplicates: options.duplicates,
      maxRejects: options.maxRejects,
      dryRun: options.dryRun,
      fresh: options.fresh,
      confirm:
        options.yes === true
          ? undefined
          : (question) => {
              progress.end();
              return confirm(question, signal);
            },
      signal,
      onSurveyProgress: (at) => progress.show('survey', at),
      onCompareProgress: (at) => progress.show('compare', at),
      onLoadProgress: (at, gauge) => progress.show('load', at, gauge),
    });
  } finally {
    progress.end();
  }
  const seconds = (performance.now() - began) / 1000;
  if (options.json === true) process.stdout.write(`${JSON.stringify(asJson(report, seconds, options), null, 2)}\n`);
  else if (options.quiet !== true) process.stdout.write(`${summary(file, report, seconds, options).join('\n')}\n`);
}

/** The options that the survey takes. */
function readingOptions(options: LoadOptions): Partial<LoadFileOptions> {
  return {
    workers: options.workers,
    chunkBytes: options.chunkBytes,
    mapping: options.mapping,
    measurement: options.measurement,
    selection: {
      ...(options.since === undefined ? {} : { sinceMs: options.since }),
      ...(options.until === undefined ? {} : { untilMs: options.until }),
      individuals: options.individual ?? [],
      dropOutliers: options.outliers === 'drop',
      dropNoLocation: options.location === 'drop',
    },
  };
}

function allNotes({ survey, mendedText, notes }: LoadReport): string[] {
  return [...noteSentences(survey, mendedText), ...notes.map((note) => printable(note))];
}

/** The object of `--json`; the README documents it. */
function asJson(report: LoadReport, seconds: number, options: LoadOptions): Record<string, unknown> {
  const { survey, books } = report;
  return {
    ...books,
    seconds: rounded(seconds),
    rowsPerSecond: Math.round(books.rows / seconds),
    balanced: areBalanced(books),
    dryRun: options.dryRun === true,
    resumedRows: report.resumedRows,
    source: survey.source.path,
    bytes: survey.source.size,
    destination: report.destination,
    directory: report.directory,
    rejectsFile: report.rejectsPath ?? null,
    rejectedByReason: rejectsByReason(survey, books),
    collisions: collisionsJson(survey),
    requests: report.requests,
    series: survey.summary.series.size,
    notes: allNotes(report),
    surveySeconds: rounded(report.surveySeconds),
    loadSeconds: rounded(report.loadSeconds),
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function summary(file: string, report: LoadReport, seconds: number, options: LoadOptions): string[] {
  const { survey, books } = report;
  const isDryRun = options.dryRun === true;
  const width = count(books.rows).length;
  const entry = (sign: string, name: string, value: number, remark = ''): string =>
    `  ${sign} ${name.padEnd(10)} ${count(value).padStart(width)}${remark === '' ? '' : `   ${remark}`}`;
  const rejectsRemark = report.rejectsPath === undefined ? '' : shownPath(report.rejectsPath);
  const lines = [
    `${printable(file)} (${size(survey.source.size)}) ${verb(report, isDryRun)} into ${shownDestination(report)}`,
    '',
    entry(' ', 'rows', books.rows),
    entry('=', 'points', books.points, isDryRun ? 'nothing was written: --dry-run' : ''),
    entry('+', 'duplicates', books.duplicates),
    entry('+', 'rejected', books.rejected, rejectsRemark),
    entry('+', 'filtered', books.filtered),
    areBalanced(books) ? '  The books balance.' : '  THE BOOKS DO NOT BALANCE.',
    ...section('Rejected', rejectLines(survey, books)),
    ...section('Collisions', collisionLines(survey, options.duplicates)),
    ...section('Worth knowing', allNotes(report)),
    '',
    ...(report.requests.triedAgain > 0
      ? [`${counted(report.requests.sent, 'request')}, ${count(report.requests.triedAgain)} of them to send something again`]
      : []),
    `${duration(seconds)} (survey ${duration(report.surveySeconds)}, load ${duration(report.loadSeconds)}): ${short(books.rows / seconds)} rows/s`,
  ];
  return isDryRun ? lines : [...lines, ...section('Next', nextSteps(report))];
}

function verb({ wasDone, resumedRows }: LoadReport, isDryRun: boolean): string {
  if (isDryRun) return 'would go';
  if (wasDone) return 'was already loaded (--fresh loads it again)';
  return resumedRows > 0 ? `is loaded, ${counted(resumedRows, 'row')} of it by an earlier run,` : 'is loaded';
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function nextSteps(report: LoadReport): string[] {
  const steps: string[] = [];
  if (report.rejectsPath !== undefined) {
    const mapping = shownPath(report.mappingPath);
    steps.push(`Mend the rejects and load them alone: skein load ${shownPath(report.rejectsPath)} --mapping ${mapping} --to …`);
  }
  if (report.destination === report.directory) {
    steps.push('Load into a server: skein load <file> --to http://localhost:8086 --org <org> --bucket <bucket>, with INFLUX_TOKEN set');
    steps.push(
      `Or hand the parts to any InfluxDB tool: influx write --bucket <bucket> --precision ms --compression gzip --file ${shownPath(report.directory)}/part-000000.lp.gz`,
    );
  } else {
    steps.push(`The run's journal and mapping are in ${shownPath(report.directory)}`);
  }
  return steps;
}

function shownDestination(report: LoadReport): string {
  return printable(report.destination === report.directory ? shownPath(report.directory) : report.destination);
}

/** A path as the user would type it. */
function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return printable(fromHere === '' ? '.' : fromHere.startsWith('..') ? path : fromHere);
}
