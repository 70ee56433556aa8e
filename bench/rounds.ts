// Measure in rounds, each beside a yardstick.
//
// Machines drift: programs are compared with those that ran next to them, in the
// same round. To compare with another run of the bench, each round also measures a
// yardstick, a piece of work that has nothing to do with Skein: where it takes
// longer, the machine was slower.

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Figure, figureOf, YARDSTICK } from './figures.ts';

const THREADS = 2;
const YARDSTICK_BYTES = 12e6;

let yardstickText: Buffer | undefined;

/**
 * Run `round` so many times.
 *
 * @returns what each gave, and the yardstick beside them
 */
export async function inRounds<Round>(
  section: string,
  roundCount: number,
  round: (index: number) => Promise<Round>,
): Promise<{ rounds: Round[]; yardstick: Figure }> {
  const rounds: Round[] = [];
  const rates: number[] = [];
  for (let i = 0; i < roundCount; i++) {
    rates.push(await yardstick());
    rounds.push(await round(i));
  }
  return { rounds, yardstick: figureOf(section, YARDSTICK, 'MB/s', rates) };
}

/** The same bytes compressed on each of two threads; MB a second of both. */
async function yardstick(): Promise<number> {
  yardstickText ??= Buffer.from(
    Array.from({ length: YARDSTICK_BYTES / 24 }, (_, i) => `${((i * 7919) % 100_003) / 1000},`.padEnd(24, `${i}`)).join(''),
  );
  const text = yardstickText;
  const began = performance.now();
  await Promise.all(Array.from({ length: THREADS }, () => promisify(gzip)(text, { level: 1 })));
  return (THREADS * text.length) / 1e3 / (performance.now() - began);
}
