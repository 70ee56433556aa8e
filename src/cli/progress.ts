// Show how far a pass is: one line that changes on a terminal, a plain line
// every few seconds elsewhere.

import { clearLine, cursorTo } from 'node:readline';
import { count, duration, short, size } from './words.ts';

const TERMINAL_MS = 100;
const PLAIN_MS = 5000;

/** Where a pass stands. */
export interface PassProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rows: number;
  readonly rejected: number;
}

export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #quiet: boolean;
  #pass = '';
  #began = 0;
  #shown = 0;
  #onLine = false;

  constructor(stream: NodeJS.WriteStream, quiet: boolean) {
    this.#stream = stream;
    this.#quiet = quiet;
  }

  /** @param inFlight batches under way; undefined where there are none */
  show(pass: string, progress: PassProgress, inFlight?: number): void {
    if (this.#quiet) return;
    const now = performance.now();
    if (pass !== this.#pass) {
      this.#pass = pass;
      this.#began = now;
      this.#shown = now;
    }
    if (now - this.#shown < (this.#stream.isTTY ? TERMINAL_MS : PLAIN_MS)) return;
    this.#shown = now;
    const line = describe(pass, progress, (now - this.#began) / 1000, inFlight);
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

function describe(pass: string, { bytes, totalBytes, rows, rejected }: PassProgress, seconds: number, inFlight?: number): string {
  const words = [
    pass.padEnd(6),
    `${String(Math.floor((bytes / totalBytes) * 100)).padStart(3)} %`,
    `${count(rows)} rows`,
    `${short(rows / seconds)} rows/s`,
    `${size(bytes / seconds)}/s`,
    `${duration(((totalBytes - bytes) / bytes) * seconds)} left`,
  ];
  if (inFlight !== undefined) words.push(`${inFlight} in flight`);
  words.push(`${count(rejected)} rejected`);
  return words.join('  ');
}
