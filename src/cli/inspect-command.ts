// `skein inspect`: all that can be found out about an export, printed.

import { type InspectReport, inspect } from '../inspect-file.ts';
import { serverOf } from './environment.ts';
import { inspectJson } from './inspect-json.ts';
import { inspectText } from './inspect-text.ts';
import type { InspectCommandOptions } from './options.ts';
import { Progress } from './progress.ts';
import { readingOptions } from './reading.ts';
import { jsonText, printable, short } from './words.ts';

export async function inspectCommand(files: readonly string[], options: InspectCommandOptions, signal: AbortSignal): Promise<void> {
  const progress = new Progress(process.stderr, options.quiet === true);
  const to = options.to === undefined ? undefined : await serverOf(options, signal);
  if (to !== undefined && options.quiet !== true) {
    process.stderr.write(`skein: Measuring ${printable(to.url)}, on buckets named skein-tune-… that are deleted right after.\n`);
  }
  let found: InspectReport;
  try {
    found = await inspect(files, {
      ...readingOptions(files, options, progress, signal),
      to,
      onMeasured: (pointsPerSecond) => progress.measured(`${short(pointsPerSecond)} points/s`),
    });
  } finally {
    progress.end();
  }
  if (found.speed?.leftSentence !== undefined) process.stderr.write(`skein: Warning: ${printable(found.speed.leftSentence)}\n`);
  if (options.json === true) process.stdout.write(`${jsonText(inspectJson(found))}\n`);
  else {
    const { isTTY, columns } = process.stdout;
    process.stdout.write(`${inspectText(files, found, isTTY ? columns : Number.POSITIVE_INFINITY).join('\n')}\n`);
  }
}
