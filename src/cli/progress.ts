// Show how far a pass is: one line that changes on a terminal, a plain line
// every few seconds elsewhere.

import { clearLine, cursorTo } from 'node:readline';
import { count, counted } from '../counted.ts';
import type { RunGauge } from '../destination/run-gauge.ts';
import type { HandOverProgress } from '../load/hand-over.ts';
import type { StitchProgress } from '../load/shard-files.ts';
import type { SpoolStep } from '../source/open-source.ts';
import type { PassProgress } from '../survey/survey.ts';
import { duration, short, size } from './words.ts';

const TERMINAL_MS = 100;
const PLAIN_MS = 5000;

export type Pass = SpoolStep | 'survey' | 'compare' | 'load' | 'files' | 'hand over' | 'replay' | 'verify' | 'tune';

export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #quiet: boolean;
  #pass: Pass | undefined;
  #began = 0;
  #shown = 0;
  #onLine = false;

  constructor(stream: NodeJS.WriteStream, quiet: boolean) {
    this.#stream = stream;
    this.#quiet = quiet;
  }

  /** @param gauge what is under way; undefined where nothing is sent */
  show(pass: Pass, progress: PassProgress, gauge?: RunGauge): void {
    this.#print(pass, (seconds) => describe(pass, progress, seconds, gauge));
  }

  /** How far a source is that cannot be read where it lies. */
  spool(step: SpoolStep, bytes: number, totalBytes: number | undefined): void {
    this.#print(step, (seconds) => describeSpool(step, bytes, totalBytes, seconds));
  }

  /** How far finished shards are on their way to a server. */
  handOver({ bytes, totalBytes, shards, totalShards }: HandOverProgress): void {
    this.#print('hand over', (seconds) =>
      [
        'hand over',
        `${String(Math.floor((bytes / totalBytes) * 100)).padStart(3)} %`,
        `${size(bytes)} of ${size(totalBytes)}`,
        `${size(bytes / seconds)}/s`,
        `${count(shards)} of ${counted(totalShards, 'shard')} there`,
      ].join('  '),
    );
  }

  /** How many of the questions to a server are answered. */
  ask(done: number, total: number): void {
    this.#print('verify', () => `verify  ${count(done)} of ${counted(total, 'question')} answered`);
  }

  /** How far the files of shards are. */
  stitch({ shards, totalShards, bytes, totalBytes }: StitchProgress): void {
    this.#print('files', (seconds) =>
      [
        'files ',
        percent(bytes, totalBytes),
        `${count(shards)} of ${counted(totalShards, 'shard')} done`,
        `${size(bytes / seconds)}/s`,
        `${duration(((totalBytes - bytes) / bytes) * seconds)} left`,
      ].join('  '),
    );
  }

  /** What was measured last. */
  measured(words: string): void {
    this.#print('tune', () => `tune    ${words}`);
  }

  /** @param describe gives the line, after so many seconds of the pass */
  #print(pass: Pass, describe: (seconds: number) => string): void {
    if (this.#quiet) return;
    const now = performance.now();
    if (pass !== this.#pass) {
      this.#pass = pass;
      this.#began = now;
      this.#shown = now;
    }
    if (now - this.#shown < (this.#stream.isTTY ? TERMINAL_MS : PLAIN_MS)) return;
    this.#shown = now;
    const line = describe((now - this.#began) / 1000);
    if (!this.#stream.isTTY) {
      this.#stream.write(`${line}\n`);
      return;
    }
    this.#wipe();
    this.#stream.write(line.slice(0, this.#stream.columns - 1));
    this.#onLine = true;
  }

  /** Take the line away, so that other words can be printed. */
  end(): void {
    if (this.#onLine) this.#wipe();
    this.#onLine = false;
  }

  #wipe(): void {
    clearLine(this.#stream, 0);
    cursorTo(this.#stream, 0);
  }
}

function describe(pass: Pass, { bytes, totalBytes, rows, rejected }: PassProgress, seconds: number, gauge?: RunGauge): string {
  const things = pass === 'replay' ? 'lines' : 'rows';
  const words = [
    pass.padEnd(6),
    percent(bytes, totalBytes),
    `${count(rows)} ${things}`,
    `${short(rows / seconds)} ${things}/s`,
    `${size(bytes / seconds)}/s`,
    `${duration(((totalBytes - bytes) / bytes) * seconds)} left`,
  ];
  if (gauge !== undefined) words.push(`${gauge.underWay} of ${gauge.limit} in flight`);
  if (gauge?.pointsPerSecond !== undefined) words.push(`at most ${count(gauge.pointsPerSecond)} points/s`);
  words.push(`${count(rejected)} rejected`);
  return words.join('  ');
}

function describeSpool(step: SpoolStep, bytes: number, totalBytes: number | undefined, seconds: number): string {
  const speed = `${size(bytes / seconds)}/s`;
  if (totalBytes === undefined) return [step, size(bytes), speed].join('  ');
  return [
    step,
    percent(bytes, totalBytes),
    `${size(bytes)} of ${size(totalBytes)}`,
    speed,
    `${duration(((totalBytes - bytes) / bytes) * seconds)} left`,
  ].join('  ');
}

function percent(bytes: number, totalBytes: number): string {
  return `${String(Math.floor((bytes / totalBytes) * 100)).padStart(3)} %`;
}
