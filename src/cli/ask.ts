// Ask the user something on the terminal.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { SkeinError } from '../errors.ts';
import { printable } from './words.ts';

/** Whether somebody is there to answer. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Ask for a line; the end of input gives an empty one.
 *
 * @param hidden do not show what is typed
 * @throws SkeinError `interrupted` when `signal` is aborted first
 */
export async function askLine(question: string, hidden: boolean, signal: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: hidden ? nowhere : process.stderr, terminal: true });
  // From here on nothing that is typed shows by itself.
  if (hidden) process.stderr.write(printable(question));
  // The terminal takes Ctrl-C for itself while it waits for a line.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return (await Promise.race([terminal.question(hidden ? '' : printable(question), { signal }), ended])).trim();
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new SkeinError('interrupted', 'Stopped; nothing was deleted and nothing written.', { cause });
  } finally {
    terminal.close();
    if (hidden) process.stderr.write('\n');
  }
}
