// `skein report`: the survey, drawn.

import { resolve } from 'node:path';
import { SkeinError } from '../errors.ts';
import { survey } from '../index.ts';
import { expectedBooks } from '../load/forecast.ts';
import { checkReportPath } from '../report/report-file.ts';
import { stemOf } from '../source/source-name.ts';
import { noteSentences } from './findings.ts';
import type { ReportOptions } from './options.ts';
import { Progress } from './progress.ts';
import { readingOptions } from './reading.ts';
import { makeReport, reportLine, type WrittenReport } from './report.ts';
import { jsonText } from './words.ts';

export async function reportCommand(files: readonly string[], options: ReportOptions, signal: AbortSignal): Promise<void> {
  const path = resolve(options.out ?? nameAfter(files));
  checkReportPath(path);
  const progress = new Progress(process.stderr, options.quiet === true);
  let report: WrittenReport;
  try {
    const found = await survey(files, { ...readingOptions(files, options, progress, signal), tracks: true });
    report = await makeReport(path, { files, survey: found, books: expectedBooks(found), notes: noteSentences(found, []) });
  } finally {
    progress.end();
  }
  if (options.json === true) process.stdout.write(`${jsonText(report)}\n`);
  else if (options.quiet !== true) process.stdout.write(`${reportLine(report)}\n`);
}

/** @throws SkeinError `usage` where several exports are named */
function nameAfter(files: readonly string[]): string {
  const [file] = files;
  if (file !== undefined && files.length === 1) return `${stemOf(file)}.report.html`;
  throw new SkeinError('usage', 'Several exports make one report. Say with --out what it is called.');
}
