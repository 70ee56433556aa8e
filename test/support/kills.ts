// Kill loads with -9 at random instants and run them again.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSkein } from './skein.ts';

/** A load that is killed and run again until it gets through. */
export interface KilledLoad {
  readonly args: readonly string[];
  /** More of them for its first start. */
  readonly firstArgs?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Look at what it left. */
  readonly check: () => Promise<void>;
}

/**
 * Kill loads, one after the other, until there were `kills`; the last one gets through.
 *
 * @param longestMs a load is killed at any instant before
 * @param loadOf the load number `n`, from 0
 * @returns how many loads there were
 * @throws an Error when one ends otherwise than by a kill or with 0, or its check fails
 */
export async function killLoads(
  kills: number,
  longestMs: number,
  random: () => number,
  loadOf: (n: number) => KilledLoad,
): Promise<number> {
  let killed = 0;
  let loads = 0;
  while (killed < kills) {
    const { args, firstArgs = [], environment, check } = loadOf(loads++);
    for (let more = firstArgs, isThrough = false; !isThrough; more = []) {
      const { child, ended } = startSkein([...args, ...more], environment);
      if (killed < kills) {
        await Promise.race([sleep(random() * longestMs), ended]);
        child.kill('SIGKILL');
      }
      const { code, stderr } = await ended;
      if (code !== 0 && code !== null) throw new Error(`After ${killed} kills a load ended with ${code}: ${stderr}`);
      isThrough = code === 0;
      if (!isThrough) killed++;
    }
    await check();
  }
  return loads;
}

/** Hashes of all that a load left in a directory and that does not depend on who did what when, by name. */
export function contentOfDirectory(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => /^(part-|shard-|rejects)/.test(name) || name === 'manifest.json');
  return Object.fromEntries(
    names.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(directory, name)))
        .digest('hex'),
    ]),
  );
}
