// `skein verify`: hold what a server has against what an export must have become.

import { sourceName } from '../source/source-name.ts';
import { type VerifyReport, verify } from '../verify-file.ts';
import { serverOf } from './environment.ts';
import { selectionOf, type VerifyOptions } from './options.ts';
import { Progress } from './progress.ts';
import { readingOptions } from './reading.ts';
import { rounded } from './summary.ts';
import { checkVerified, verificationJson, verificationLines } from './verification.ts';
import { duration, jsonText, printable } from './words.ts';

export async function verifyCommand(file: string, options: VerifyOptions, signal: AbortSignal): Promise<void> {
  const progress = new Progress(process.stderr, options.quiet === true);
  const to = await serverOf(options, signal);
  let report: VerifyReport;
  try {
    report = await verify(file, {
      ...readingOptions(file, options, progress, signal),
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
  else if (options.quiet !== true) process.stdout.write(`${summary(file, report).join('\n')}\n`);
  checkVerified(report);
}

/** The object of `--json`; the README documents it. */
function asJson(report: VerifyReport): Record<string, unknown> {
  const { survey, destination, seconds } = report;
  return { source: survey.sources[0]?.identity.path, destination, seconds: rounded(seconds), ...verificationJson(report) };
}

function summary(file: string, report: VerifyReport): string[] {
  return [
    `${printable(sourceName(file))} and ${printable(report.destination)}`,
    '',
    ...verificationLines(report).map((line) => `  ${line}`),
    '',
    duration(report.seconds),
  ];
}
