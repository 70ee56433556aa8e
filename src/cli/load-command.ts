// `skein load`: run it, show how far it is, print the account.

import { resolve } from 'node:path';
import { counted } from '../counted.ts';
import { SkeinError } from '../errors.ts';
import { areBalanced } from '../load/books.ts';
import { rejectsByReason } from '../load/forecast.ts';
import { load } from '../load-file.ts';
import type { LoadReport } from '../load-options.ts';
import { dashboardLink } from '../query/dashboard-link.ts';
import { checkReportPath } from '../report/report-file.ts';
import { checkCanConfirm, confirmation } from './confirm.ts';
import { destinationOf, grafanaOf } from './environment.ts';
import { collisionLines, collisionsJson, noteSentences, referenceJson, rejectLines } from './findings.ts';
import { type LoadOptions, selectionOf } from './options.ts';
import { Progress } from './progress.ts';
import { readingOptions } from './reading.ts';
import { makeReport, reportLine, type WrittenReport } from './report.ts';
import { readWords, shareLines, sourcesJson } from './sources.ts';
import { account, rounded, section, sending, shownPath } from './summary.ts';
import { checkVerified, verificationJson, verificationLines } from './verification.ts';
import { duration, jsonText, printable, short } from './words.ts';

const SHOWN_REJECTS = 3;

/** A load that took so long, and so many times as long as the survey, would have been faster by shards. */
const LONG_LOAD_SECONDS = 60;
const SURVEYS = 10;

export async function loadCommand(files: readonly string[], options: LoadOptions, signal: AbortSignal): Promise<void> {
  const progress = new Progress(process.stderr, options.quiet === true);
  checkCanConfirm(options);
  const to = await destinationOf(files, options, signal);
  if (options.format === 'shards' && !('directory' in to)) {
    throw new SkeinError('usage', 'Shard files are for a directory, not for a server. Name one with --to, or leave out --format shards.');
  }
  const reportPath = options.report === undefined ? undefined : resolve(options.report);
  if (reportPath !== undefined) checkReportPath(reportPath);
  if (options.via === 'shards' && options.rateLimit !== undefined) {
    throw new SkeinError(
      'usage',
      'Finished shards are handed over whole, so --rate-limit cannot be kept. Leave it out, or load by writes.',
    );
  }
  const grafana = 'directory' in to ? undefined : await grafanaOf(options);
  const began = performance.now();
  let report: LoadReport;
  try {
    report = await load(files, {
      ...readingOptions(files, options, progress, signal),
      tracks: reportPath !== undefined,
      selection: selectionOf(options),
      to: 'directory' in to ? { ...to, format: options.format } : to,
      via: options.via,
      state: options.state,
      inFlight: options.inFlight,
      rateLimit: options.rateLimit,
      batchLines: options.batchLines,
      duplicates: options.duplicates,
      maxRejects: options.maxRejects,
      dryRun: options.dryRun,
      fresh: options.fresh,
      confirm: confirmation(options, progress, signal),
      verify: options.verify,
      onLoadProgress: (at, gauge) => progress.show('load', at, gauge),
      onStitchProgress: (at) => progress.stitch(at),
      onHandOverProgress: (at) => progress.handOver(at),
      onExpectProgress: (at) => progress.show('verify', at),
      onAskProgress: (done, total) => progress.ask(done, total),
    });
  } finally {
    progress.end();
  }
  const seconds = (performance.now() - began) / 1000;
  const dashboard = dashboardOf(report, grafana);
  const drawn = reportPath === undefined ? undefined : await drawnReport(reportPath, files, report, options);
  if (options.json === true)
    process.stdout.write(
      `${jsonText({ ...asJson(report, seconds, options), dashboard: dashboard ?? null, report: drawn?.report?.path ?? null })}\n`,
    );
  else if (options.quiet !== true) process.stdout.write(`${summary(files, report, seconds, options, dashboard).join('\n')}\n`);
  if (drawn?.report !== undefined && options.json !== true && options.quiet !== true)
    process.stdout.write(`\nReport\n  ${reportLine(drawn.report)}\n`);
  if (drawn?.failure !== undefined) throw drawn.failure;
  if (report.verification !== undefined) checkVerified(report.verification);
}

/** The page; or why there is none, which must not keep the account of the load from being given. */
async function drawnReport(
  path: string,
  files: readonly string[],
  report: LoadReport,
  { dryRun }: LoadOptions,
): Promise<{ report?: WrittenReport; failure?: unknown }> {
  const { survey, books } = report;
  const destination = dryRun === true ? undefined : shownDestination(report);
  try {
    return { report: await makeReport(path, { files, survey, books, destination, notes: allNotes(report) }) };
  } catch (failure) {
    return { failure };
  }
}

function allNotes({ survey, books, mendedText, notes }: LoadReport): string[] {
  const nothing = books.points === 0 ? ['Every row is rejected or filtered: there is no point to write.'] : [];
  return [...nothing, ...noteSentences(survey, mendedText), ...notes.map((note) => printable(note))];
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
    ...sourcesJson(survey, report.shares),
    destination: report.destination,
    directory: report.directory,
    rejectedByReason: rejectsByReason(survey, books),
    collisions: collisionsJson(survey),
    requests: report.requests,
    series: survey.summary.series.size,
    reference: referenceJson(survey),
    notes: allNotes(report),
    surveySeconds: rounded(report.surveySeconds),
    loadSeconds: rounded(report.loadSeconds),
    verifySeconds: rounded(report.verifySeconds),
    verification: report.verification === undefined ? null : verificationJson(report.verification),
  };
}

function summary(
  files: readonly string[],
  report: LoadReport,
  seconds: number,
  options: LoadOptions,
  dashboard: string | undefined,
): string[] {
  const { survey, books } = report;
  const isDryRun = options.dryRun === true;
  const [rejectsPath, ...others] = rejectsPaths(report);
  const rejectsRemark = rejectsPath === undefined || others.length > 0 ? '' : shownPath(rejectsPath);
  const lines = [
    `${readWords(files, survey)} ${verb(report, files.length === 1, isDryRun)} into ${shownDestination(report)}`,
    '',
    ...account(books, [
      ['rows', books.rows],
      ['points', books.points, isDryRun ? 'nothing was written: --dry-run' : ''],
      ['duplicates', books.duplicates],
      ['rejected', books.rejected, rejectsRemark],
      ['filtered', books.filtered],
    ]),
    ...section('Files', shareLines(survey, report.shares)),
    ...section('Rejected', rejectLines(survey, books)),
    ...section('Collisions', collisionLines(survey)),
    ...section('Worth knowing', allNotes(report)),
    ...section('Verified', report.verification === undefined ? [] : verificationLines(report.verification)),
    '',
    ...sending(report.requests, options),
    `${duration(seconds)} (${passTimes(report)}): ${short(books.rows / seconds)} rows/s`,
  ];
  return isDryRun ? lines : [...lines, ...section('Next', nextSteps(report, options, dashboard))];
}

function passTimes({ surveySeconds, loadSeconds, verifySeconds, verification }: LoadReport): string {
  const verified = verification === undefined ? '' : `, verify ${duration(verifySeconds)}`;
  return `survey ${duration(surveySeconds)}, load ${duration(loadSeconds)}${verified}`;
}

function verb({ wasDone, resumedRows }: LoadReport, isOne: boolean, isDryRun: boolean): string {
  const [is, was, it] = isOne ? ['is', 'was', 'it'] : ['are', 'were', 'them'];
  if (isDryRun) return 'would go';
  if (wasDone) return `${was} already loaded (--fresh loads ${it} again)`;
  return resumedRows > 0 ? `${is} loaded, ${counted(resumedRows, 'row')} of ${it} by an earlier run,` : `${is} loaded`;
}

/** Where to look at what was loaded; a dry run has nothing to show. */
function dashboardOf({ survey: { summary, layout }, books, answersFlux }: LoadReport, grafana: string | undefined): string | undefined {
  if (grafana === undefined || !answersFlux || books.points === 0) return undefined;
  return dashboardLink(grafana, { measurement: layout.measurement, firstMs: summary.firstMs, lastMs: summary.lastMs });
}

function nextSteps(report: LoadReport, { format, via }: LoadOptions, dashboard: string | undefined): string[] {
  const steps: string[] = [];
  if (dashboard !== undefined) steps.push(`Look at it: open ${dashboard}`);
  const rejects = rejectsPaths(report);
  if (rejects.length > 0) {
    const paths = rejects.slice(0, SHOWN_REJECTS).map(shownPath).join(' ') + (rejects.length > SHOWN_REJECTS ? ' …' : '');
    steps.push(`Mend the rejects and load them alone: skein load ${paths} --mapping ${shownPath(report.mappingPath)} --to …`);
  }
  if (via === 'write' && wouldGainByShards(report)) {
    const { books, survey, loadSeconds, surveySeconds } = report;
    steps.push(
      `The server took ${short(books.points / loadSeconds)} points/s, where the survey read ${short(survey.summary.rows / surveySeconds)} rows/s: another such export goes faster with --via shards, into a bucket that it makes`,
    );
  }
  if (report.books.points === 0) return steps;
  if (format === 'shards') {
    steps.push(
      `Hand it to an InfluxDB 2: skein replay ${shownPath(report.directory)} --to http://localhost:8086 --org <org> --bucket <a new one>, with the operator token in INFLUX_TOKEN`,
    );
    steps.push(
      `Or put each shard-….tsm, as 000000100-000000001.tsm, into the folder of the shard of its time while the server is stopped (a second file of a shard as 000000101-000000001.tsm): ${shownPath(report.directory)}/manifest.json says which time that is`,
    );
  } else if (report.destination === report.directory) {
    steps.push(
      `Send it to a server: skein replay ${shownPath(report.directory)} --to http://localhost:8086 --org <org> --bucket <bucket>, with INFLUX_TOKEN set`,
    );
    steps.push(
      `Or hand the parts to any InfluxDB tool: influx write --bucket <bucket> --precision ms --compression gzip --file ${shownPath(report.directory)}/part-000000.lp.gz`,
    );
  } else {
    steps.push(`The run's journal and mapping are in ${shownPath(report.directory)}`);
  }
  return steps;
}

function rejectsPaths({ shares }: LoadReport): string[] {
  return shares.flatMap(({ rejectsPath }) => rejectsPath ?? []);
}

/** A long load into an InfluxDB 2 that the server was the limit of. */
function wouldGainByShards({ answersFlux, resumedRows, wasDone, books, loadSeconds, surveySeconds }: LoadReport): boolean {
  const isWhole = answersFlux && !wasDone && resumedRows === 0;
  return isWhole && loadSeconds > LONG_LOAD_SECONDS && loadSeconds > SURVEYS * surveySeconds && books.points > 0;
}

function shownDestination(report: LoadReport): string {
  return printable(report.destination === report.directory ? shownPath(report.directory) : report.destination);
}
