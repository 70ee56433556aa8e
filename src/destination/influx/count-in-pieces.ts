// Count over a range of time that may be too much for a server at once.
//
// A piece that is not answered is asked again, and then as two halves. So no
// question is asked for ever, and none is given up before it is a minute long.

import { setTimeout as sleep } from 'node:timers/promises';
import { SkeinError } from '../../errors.ts';
import { Unanswered } from './questions.ts';

const ATTEMPTS = 3;
/** Longest wait before the second attempt; twice that before the third. */
const FIRST_WAIT_MS = 1000;
const SMALLEST_PIECE_MS = 60_000;

/** Half-open, ms. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Count by series over `range`, as `count` does over pieces of it.
 *
 * @param count throws Unanswered for a piece that may be answered another time
 * @throws SkeinError `destination` when a minute is not answered
 */
export async function countInPieces(
  range: TimeRange,
  count: (piece: TimeRange) => Promise<Map<string, number>>,
  firstWaitMs = FIRST_WAIT_MS,
): Promise<Map<string, number>> {
  let message = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      return await count(range);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      message = error.message;
    }
    if (attempt < ATTEMPTS) await sleep(Math.random() * firstWaitMs * 2 ** (attempt - 1));
  }
  const { fromMs, toMs } = range;
  if (toMs - fromMs <= SMALLEST_PIECE_MS) throw new SkeinError('destination', `The server could not count its points: ${message}.`);
  const middleMs = Math.floor((fromMs + toMs) / 2);
  const counts = await countInPieces({ fromMs, toMs: middleMs }, count, firstWaitMs);
  for (const [key, more] of await countInPieces({ fromMs: middleMs, toMs }, count, firstWaitMs)) {
    counts.set(key, (counts.get(key) ?? 0) + more);
  }
  return counts;
}
