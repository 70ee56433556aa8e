// Count over a range of time that may be too much for a server at once.
//
// A piece that is not answered is asked again, and then as two halves. So no
// question is asked for ever, and none is given up before it is a minute long.

import { Unanswered } from './questions.ts';
import { untilAnswered } from './until-answered.ts';

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
 * @throws Unanswered when a minute is not answered
 */
export async function countInPieces(
  range: TimeRange,
  count: (piece: TimeRange) => Promise<Map<string, number>>,
  firstWaitMs?: number,
): Promise<Map<string, number>> {
  const { fromMs, toMs } = range;
  try {
    return await untilAnswered(() => count(range), firstWaitMs);
  } catch (error) {
    if (!(error instanceof Unanswered) || toMs - fromMs <= SMALLEST_PIECE_MS) throw error;
  }
  const middleMs = Math.floor((fromMs + toMs) / 2);
  const counts = await countInPieces({ fromMs, toMs: middleMs }, count, firstWaitMs);
  for (const [key, more] of await countInPieces({ fromMs: middleMs, toMs }, count, firstWaitMs)) addTo(counts, key, more);
  return counts;
}

/** Add to one of the counts. */
export function addTo(counts: Map<string, number>, key: string, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
