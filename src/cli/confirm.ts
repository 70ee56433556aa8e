// Ask the user before something is deleted.

import { createInterface } from 'node:readline/promises';
import { SkeinError } from '../errors.ts';
import type { WriteOptions } from './options.ts';
import type { Progress } from './progress.ts';
import { printable } from './words.ts';

/** @throws SkeinError `usage` when nobody is there to answer */
export function checkCanConfirm({ replaceBucket, yes }: Pick<WriteOptions, 'replaceBucket' | 'yes'>): void {
  if (replaceBucket !== true || yes === true || (process.stdin.isTTY && process.stderr.isTTY)) return;
  throw new SkeinError(
    'usage',
    '--replace-bucket asks before it deletes anything, and there is no terminal to ask on. Add --yes to go on without.',
  );
}

/** How a command asks; undefined where the user has said yes already. */
export function confirmation(
  { yes }: Pick<WriteOptions, 'yes'>,
  progress: Progress,
  signal: AbortSignal,
): ((question: string) => Promise<boolean>) | undefined {
  if (yes === true) return undefined;
  return (question) => {
    progress.end();
    return confirm(question, signal);
  };
}

/**
 * Whether the user says yes. Anything else is a no, and so is the end of input.
 *
 * @throws SkeinError `interrupted` when `signal` is aborted first
 */
async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
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
