#!/usr/bin/env -S node --
// The `skein` command. Only this folder prints, and only this file exits.
//
// The `--` above keeps Node 20 from taking `--env-file`, which is ours, for its own.

import { CommanderError } from 'commander';
import { SkeinError } from '../errors.ts';
import { program, refuseToken } from './program.ts';
import { withoutSecrets } from './secrets.ts';
import { printable } from './words.ts';

const BUG = 1;
const USAGE = 2;
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const stop = new AbortController();
let stoppedBy: keyof typeof SIGNAL_EXIT_CODES = 'SIGINT';
process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
// Else it would be printed as it is.
process.on('uncaughtException', (error) => process.exit(reportBug(error)));

for (const stream of [process.stdout, process.stderr]) stream.on('error', onClosedPipe);

process.exitCode = await run(process.argv);

async function run(argv: readonly string[]): Promise<number> {
  try {
    refuseToken(argv);
    await program(stop.signal).parseAsync(argv);
    return 0;
  } catch (error) {
    // Commander has printed what was wrong, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (!(error instanceof SkeinError)) return reportBug(error);
    process.stderr.write(`skein: ${printable(withoutSecrets(error.message))}\n`);
    return error.code === 'interrupted' ? SIGNAL_EXIT_CODES[stoppedBy] : error.exitCode;
  }
}

function reportBug(error: unknown): number {
  const { stack = String(error) } = error instanceof Error ? error : {};
  const lines = printable(withoutSecrets(stack), true);
  process.stderr.write(`skein: This is a bug in Skein. Please report it with the lines below.\n${lines}\n`);
  return BUG;
}

/** Whoever read along, like `head`, has read enough. What the command does goes on. */
function onClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** The first signal stops the run in order, the second one at once: the journal makes both safe. */
function onSignal(signal: keyof typeof SIGNAL_EXIT_CODES): void {
  if (stop.signal.aborted) process.exit(SIGNAL_EXIT_CODES[signal]);
  stoppedBy = signal;
  stop.abort();
  process.stderr.write('\nskein: Stopping when what is under way is done. Once more, and it stops at once.\n');
}
