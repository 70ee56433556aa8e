// Try again what a server did not answer, for as long as the user gives it.

import { setTimeout as sleep } from 'node:timers/promises';
import { SkeinError } from '../../errors.ts';
import { Unanswered } from './questions.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * @param retryMs after which no further attempt is begun
 * @param signal no further attempt is begun after an abort
 * @throws SkeinError `destination` that says how long it was tried; whatever else `attempt` throws
 */
export async function untilTaken<Result>(
  attempt: () => Promise<Result>,
  retryMs: number,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const began = performance.now();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      const waitMs = Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
      const tried = performance.now() - began;
      if (signal?.aborted || tried + waitMs > retryMs) {
        const times = tries === 1 ? 'once' : `${tries} times`;
        throw new SkeinError(
          'destination',
          `${error.message} Tried ${times} in ${Math.round(tried / 1000)} s. Mend the cause and run the same command again: it goes on from here.`,
          { cause: error },
        );
      }
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
