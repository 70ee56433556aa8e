// `skein verify`: hold what a server has against what an export must have become.

import { type VerifyReport, verify } from '../verify-file.ts';
import { serverOf } from './environment.ts';
import { referenceJson } from './findings.ts';
import { selectionOf, type VerifyOptions } from './options.ts';
import { Progress } from './progress.ts';
import { readingOptions } from './reading.ts';
import { readWords, sourcesJson } from './sources.ts';
import { rounded } from './summary.ts';
import { checkVerified, verificationJson, verificationLines } from './verification.ts';
import { duration, jsonText, printable, shown } from './words.ts';

export async function verifyCommand(files: readonly string[], options: VerifyOptions, signal: AbortSignal): Promise<void> {
  const progress = new Progress(process.stderr, options.quiet === true);
  const to = await serverOf(options, signal);
  let report: VerifyReport;
  try {
    report = await verify(files, {
      ...readingOptions(files, options, progress, signal),
      to,
      selection: selectionOf(options),
      duplicates: options.duplicates,
      state: options.state,
      onExpectProgress: (at) => progress.show('verify', at),
      onAskProgress: (done, total) => progress.ask(done, total),
    });
  } finally {
    progress.end();
  }
  if (options.json === true) process.stdout.write(`${jsonText(asJson(report))}\n`);
  else if (options.quiet !== true) process.stdout.write(`${summary(files, report).join('\n')}\n`);
  checkVerified(report);
}

/** The object of `--json`; the README documents it. */
function asJson(report: VerifyReport): Record<string, unknown> {
  const { survey, destination, seconds } = report;
  return { ...sourcesJson(survey), destination, reference: referenceJson(survey), seconds: rounded(seconds), ...verificationJson(report) };
}

function summary(files: readonly string[], report: VerifyReport): string[] {
  return [
    `${readWords(files, report.survey)}${withReference(report)} and ${printable(report.destination)}`,
    '',
    ...verificationLines(report).map((line) => `  ${line}`),
    '',
    duration(report.seconds),
  ];
}

/** A load without it is another: series have other tags. */
function withReference({ survey: { layout } }: VerifyReport): string {
  return layout.reference === undefined ? '' : `, with ${shown(layout.reference.file ?? 'the reference data of the mapping')},`;
}
