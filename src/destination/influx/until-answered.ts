// Ask again what may be answered another time.

import { setTimeout as sleep } from 'node:timers/promises';
import { Unanswered } from './questions.ts';

const ATTEMPTS = 3;
/** Longest wait before the second attempt; twice that before the third. */
const FIRST_WAIT_MS = 1000;

/** @throws Unanswered when the last attempt was not answered either; whatever else `ask` throws */
export async function untilAnswered<Result>(ask: () => Promise<Result>, firstWaitMs = FIRST_WAIT_MS): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unanswered) || attempt >= ATTEMPTS) throw error;
    }
    await sleep(Math.random() * firstWaitMs * 2 ** (attempt - 1));
  }
}
