// Ask the user before something is deleted.

import { createInterface } from 'node:readline/promises';
import { SkeinError } from '../errors.ts';
import { printable } from './words.ts';

/** @throws SkeinError `usage` when nobody is there to answer */
export function checkCanAsk(flag: string): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  throw new SkeinError('usage', `${flag} asks before it deletes anything, and there is no terminal to ask on. Add --yes to go on without.`);
}

/**
 * Whether the user says yes. Anything else is a no, and so is the end of input.
 *
 * @throws SkeinError `interrupted` when `signal` is aborted first
 */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal takes Ctrl-C for itself while it waits for a line.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([terminal.question(`${printable(question)} [y/N] `, { signal }), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new SkeinError('interrupted', 'Stopped; nothing was deleted and nothing written.', { cause });
  } finally {
    terminal.close();
  }
}
