// A process that checks some fuzzed files: `node dist/test/fuzz/fuzz.js SEED [FILES]`.
//
// It says to its parent which seed it begins and what it found. Without a parent
// it is how to repeat a failure, and the file that fails is left to be looked at.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import './threadless.ts';
import type { CheckedFile } from './check-file.ts';
import { fuzzedFile } from './fuzzed-file.ts';

/** What crosses to the parent. */
export type FuzzMessage =
  | { readonly begun: number }
  | ({ readonly done: number } & CheckedFile)
  | { readonly failed: number; readonly why: string };

/** Of so many files one is loaded by the real command too, with its threads. */
const FILES_PER_COMMAND = 50;

const [first = 0, files = 1] = process.argv.slice(2).map(Number);
// Not before the pool without threads is in place.
const { checkFile } = await import('./check-file.ts');
const directory = mkdtempSync(join(tmpdir(), 'skein-fuzz-'));
let seed = first;
let keep = false;
try {
  for (; seed < first + files; seed++) {
    tell({ begun: seed });
    tell({ done: seed, ...(await checkFile(fuzzedFile(seed), directory, seed % FILES_PER_COMMAND === 0)) });
  }
} catch (error) {
  keep = process.send === undefined;
  tell({
    failed: seed,
    why: `${(error as Error).stack}\n${keep ? `The file is in ${directory}` : `Again: node dist/test/fuzz/fuzz.js ${seed}`}`,
  });
  process.exitCode = 1;
} finally {
  if (!keep) rmSync(directory, { recursive: true, force: true });
}

function tell(message: FuzzMessage): void {
  if (process.send !== undefined) process.send(message);
  else if ('failed' in message) process.stderr.write(`${message.why}\n`);
  else if ('done' in message) process.stdout.write(`${JSON.stringify(message)}\n`);
}
