// `skein tune`: try a server, show how far it is, print the flags that load fastest.

import { count, counted } from '../counted.ts';
import type { Outcome, Tried } from '../tune/search.ts';
import type { Settings } from '../tune/settings.ts';
import { type TuneReport, tune } from '../tune-server.ts';
import { serverOf } from './environment.ts';
import type { TuneOptions } from './options.ts';
import { Progress } from './progress.ts';
import { rounded, section } from './summary.ts';
import { duration, jsonText, printable, short } from './words.ts';

const DAY_SECONDS = 86_400;

export async function tuneCommand(files: readonly string[], options: TuneOptions, signal: AbortSignal): Promise<void> {
  const progress = new Progress(process.stderr, options.quiet === true);
  const to = await serverOf(options, signal);
  if (options.quiet !== true) {
    process.stderr.write(
      `skein: Trying ${printable(to.url)} for about ${duration(options.seconds)}, on buckets named skein-tune-… that are deleted right after.\n`,
    );
  }
  let report: TuneReport;
  try {
    report = await tune({
      to,
      files,
      seconds: options.seconds,
      signal,
      onTrial: ({ settings, pointsPerSecond }, seconds) =>
        progress.measured(
          `${duration(seconds)} of about ${duration(options.seconds)}  ${describe(settings)}: ${short(pointsPerSecond)} points/s`,
        ),
    });
  } finally {
    progress.end();
  }
  if (report.leftSentence !== undefined) process.stderr.write(`skein: Warning: ${printable(report.leftSentence)}\n`);
  if (options.json === true) process.stdout.write(`${jsonText(asJson(report, files))}\n`);
  else process.stdout.write(`${(options.quiet === true ? [flagsOf(report)] : summary(report, files)).join('\n')}\n`);
}

function flagsOf({ flags }: TuneReport): string {
  return `--batch-lines ${flags.batchLines} --in-flight ${flags.inFlight} --workers ${flags.workers}`;
}

function describe({ inFlight, batchLines, shardGroupSeconds }: Settings): string {
  return `${counted(batchLines, 'line')} in a batch, ${inFlight} in flight, shard groups of ${shardGroupSeconds / DAY_SECONDS} days`;
}

/** The object of `--json`; the README documents it. */
function asJson(report: TuneReport, files: readonly string[]): Record<string, unknown> {
  const { settings, defaults, gain } = report;
  return {
    server: report.server,
    kind: report.title,
    source: files[0] ?? null,
    seconds: rounded(report.seconds),
    trials: report.trials,
    flags: flagsOf(report),
    ...report.flags,
    inFlightOverAll: settings.inFlight,
    shardGroupDays: settings.shardGroupSeconds / DAY_SECONDS,
    pointsPerSecond: Math.round(report.pointsPerSecond),
    defaults: {
      batchLines: defaults.batchLines,
      inFlightOverAll: defaults.inFlight,
      shardGroupDays: defaults.shardGroupSeconds / DAY_SECONDS,
      pointsPerSecond: Math.round(report.defaultPointsPerSecond),
    },
    gain: gain ?? null,
    verdict: report.verdict,
    tried: report.outcomes.flatMap(({ setting, tried, best }) =>
      tried.map(({ value, pointsPerSecond, comparison }) => ({
        setting: SETTINGS[setting].json,
        value: SETTINGS[setting].of(value),
        pointsPerSecond: Math.round(pointsPerSecond),
        toBest: comparison,
        best: value === best,
      })),
    ),
    notes: report.notes.map((note) => printable(note)),
  };
}

const SETTINGS: Readonly<Record<keyof Settings, { json: string; title: string; of: (value: number) => number }>> = {
  inFlight: { json: 'inFlightOverAll', title: 'Batches in flight, over all workers', of: (value) => value },
  batchLines: { json: 'batchLines', title: 'Lines in a batch', of: (value) => value },
  shardGroupSeconds: { json: 'shardGroupDays', title: 'Days of a shard group', of: (value) => value / DAY_SECONDS },
};

function summary(report: TuneReport, files: readonly string[]): string[] {
  const points = files[0] === undefined ? 'points made up in the shape of an export' : `the first points of ${printable(files[0])}`;
  return [
    `${printable(report.server)} (${report.title}): ${counted(report.trials, 'measurement')} in ${duration(report.seconds)}, of ${points}`,
    ...report.outcomes.flatMap((outcome) => section(SETTINGS[outcome.setting].title, triedLines(outcome))),
    ...section(
      'Worth knowing',
      report.notes.map((note) => printable(note)),
    ),
    ...section('Load with', [flagsOf(report)]),
    '',
    verdictLine(report),
  ];
}

/** Each value with its rate, and the ratio of that to the rate of the best value. */
function triedLines({ setting, tried, best }: Outcome): string[] {
  const cells = tried.map(({ value, pointsPerSecond, comparison }) => [
    count(SETTINGS[setting].of(value)),
    `${short(pointsPerSecond)} points/s`,
    value === best ? 'best' : ratio(comparison),
  ]);
  const width = (column: number): number => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0));
  return cells.map(([value = '', rate = '', remark = '']) =>
    `${value.padStart(width(0))}  ${rate.padStart(width(1))}  ${remark}`.trimEnd(),
  );
}

function ratio({ median, low, high, rounds }: Tried['comparison']): string {
  if (Number.isNaN(median)) return '';
  return `${median.toFixed(2)} x (${low.toFixed(2)} to ${high.toFixed(2)} in ${counted(rounds, 'round')})`;
}

function verdictLine({ verdict, outcomes, gain, pointsPerSecond, defaultPointsPerSecond }: TuneReport): string {
  if (gain !== undefined)
    return `${short(pointsPerSecond)} points/s, beside ${short(defaultPointsPerSecond)} with the defaults: ${ratio(gain)}.`;
  const found =
    verdict === 'defaults are best' && outcomes.every(({ best }) => best !== undefined) ? ': nothing that was tried is better' : '';
  return `These are the defaults${found}. They make ${short(pointsPerSecond)} points/s.`;
}
