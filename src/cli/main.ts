#!/usr/bin/env -S node --
// The `skein` command. Only this folder prints, and only this file exits.
//
// The `--` above keeps Node 20 from taking `--env-file`, which is ours, for its own.

import { CommanderError } from 'commander';
import { SkeinError } from '../errors.ts';
import { program, refuseToken } from './program.ts';
import { printable } from './words.ts';

const BUG = 1;
const USAGE = 2;
const INTERRUPTED = 130;
const TERMINATED = 143;

// A part that was being written has another name than a whole one, so a run may end anywhere.
process.once('SIGINT', () => leave(INTERRUPTED));
process.once('SIGTERM', () => leave(TERMINATED));

process.exitCode = await run(process.argv);

async function run(argv: readonly string[]): Promise<number> {
  try {
    refuseToken(argv);
    await program().parseAsync(argv);
    return 0;
  } catch (error) {
    // Commander has printed what was wrong, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (error instanceof SkeinError) {
      process.stderr.write(`skein: ${printable(error.message)}\n`);
      return error.exitCode;
    }
    process.stderr.write(
      `skein: This is a bug in Skein. Please report it with the lines below.\n${printable((error as Error).stack ?? String(error), true)}\n`,
    );
    return BUG;
  }
}

function leave(exitCode: number): void {
  process.stderr.write('\nskein: Stopped. What was written so far is not a whole load; run the same command with --fresh to start over.\n');
  process.exit(exitCode);
}
