// Check many fuzzed files in processes of their own, so that a crash or a hang is
// a finding like any other.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FuzzMessage } from './fuzz.ts';

/** Of some files, summed up. */
export interface FuzzedFiles {
  files: number;
  /** Files without a row, and those that were refused. */
  empty: number;
  rows: number;
  /** How many rows were rejected for each reason. */
  readonly rejects: Record<string, number>;
  /** What was found wrong, each with the seed that shows it. */
  readonly failures: string[];
}

/** Nothing frees what a file leaves in such a process. */
const FILES_PER_PROCESS = 40;
/** The slowest file takes some seconds. */
const HANG_MS = 120_000;
/** This file runs from the tests and, compiled, from `dist`. */
const PROGRAM = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/test/fuzz/fuzz.js' : './fuzz.js', import.meta.url));

/**
 * Check the files of the seeds `[first, first + files)`.
 *
 * @param processes how many at once
 */
export async function fuzzFiles(
  first: number,
  files: number,
  processes: number,
  onProgress?: (found: FuzzedFiles) => void,
): Promise<FuzzedFiles> {
  const found: FuzzedFiles = { files: 0, empty: 0, rows: 0, rejects: {}, failures: [] };
  let next = first;
  async function work(): Promise<void> {
    while (next < first + files) {
      const seed = next;
      next = Math.min(seed + FILES_PER_PROCESS, first + files);
      await checkSome(seed, next - seed, found);
      onProgress?.(found);
    }
  }
  await Promise.all(Array.from({ length: processes }, work));
  return found;
}

/** Go on after each failure with the seed behind it. */
async function checkSome(first: number, files: number, found: FuzzedFiles): Promise<void> {
  for (let seed = first; seed < first + files; ) {
    const failed = await runOnce(seed, first + files - seed, found);
    if (failed === undefined) return;
    found.failures.push(failed.why);
    seed = failed.seed + 1;
  }
}

function runOnce(first: number, files: number, found: FuzzedFiles): Promise<{ seed: number; why: string } | undefined> {
  const child = fork(PROGRAM, [String(first), String(files)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let seed = first;
  let why: string | undefined;
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const watch = new Watch(child, () => {
    why = `seed ${seed}: nothing happened for ${HANG_MS / 1000} s`;
  });
  child.on('message', (message: FuzzMessage) => {
    watch.restart();
    if ('begun' in message) seed = message.begun;
    else if ('failed' in message) why = `seed ${message.failed}: ${message.why}`;
    else {
      found.files++;
      if (message.rows === 0) found.empty++;
      found.rows += message.rows;
      for (const [reason, count] of Object.entries(message.rejects)) found.rejects[reason] = (found.rejects[reason] ?? 0) + count;
    }
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      watch.stop();
      if (code !== 0) why ??= `seed ${seed}: the process ended with ${code ?? signal}:\n${stderr}`;
      resolve(why === undefined ? undefined : { seed, why });
    });
  });
}

/** Kills a process that says nothing for too long. */
class Watch {
  #timer: NodeJS.Timeout | undefined;
  readonly #onHang: () => void;

  constructor(child: ChildProcess, onHang: () => void) {
    this.#onHang = () => {
      onHang();
      child.kill('SIGKILL');
    };
    this.restart();
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onHang, HANG_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
