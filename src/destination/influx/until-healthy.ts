// Wait for a server that is still starting.

import { setTimeout as sleep } from 'node:timers/promises';
import { SkeinError } from '../../errors.ts';
import { isPassing } from './answers.ts';
import { ask, NoAnswer } from './ask.ts';
import { serverMessage } from './sentences.ts';
import type { Server } from './server.ts';

export interface Waiting {
  /** How often the server is asked at most, from 1. */
  readonly tries: number;
  /** It is not healthy yet; `why` in words, to follow a colon. */
  readonly onTry?: ((why: string, triesLeft: number) => void) | undefined;
  /** Abort it to wait no longer. */
  readonly signal?: AbortSignal | undefined;
}

/** Before the second try, and twice as long before each later one, up to the longest: 10 tries are half a minute. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/**
 * Ask until the server is healthy, whichever it is.
 *
 * @throws SkeinError `destination` when it still is not at the last try, or is not trusted; `interrupted`
 */
export async function untilHealthy(server: Pick<Server, 'url' | 'ca'>, { tries, onTry, signal }: Waiting): Promise<void> {
  for (let tried = 1; ; tried++) {
    const why = await whyNotHealthy(server, signal);
    if (signal?.aborted) throw new SkeinError('interrupted', `Stopped waiting for ${server.url}; nothing was written.`);
    if (why === undefined) return;
    if (tried >= tries) throw gaveUp(server.url, why, tries);
    onTry?.(why, tries - tried);
    // When it is aborted, the next round says so.
    await sleep(Math.min(FIRST_WAIT_MS * 2 ** (tried - 1), LONGEST_WAIT_MS), undefined, { signal }).catch(() => undefined);
  }
}

/** Servers without such a page, or that want a token for it, are up. */
async function whyNotHealthy({ url, ca }: Pick<Server, 'url' | 'ca'>, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    const { status, text } = await ask({ url, ca, token: undefined, headers: {} }, 'GET', '/health', undefined, signal);
    return isPassing(status) ? `status ${status}, ${serverMessage({ token: undefined }, text)}` : undefined;
  } catch (error) {
    if (error instanceof NoAnswer) return error.why;
    throw error;
  }
}

function gaveUp(url: string, why: string, tries: number): SkeinError {
  const after = tries === 1 ? 'one try' : `${tries} tries`;
  return new SkeinError('destination', `${url} is not healthy after ${after}: ${why}. Is it running, and is the port right?`);
}
