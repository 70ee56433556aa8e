// One run at a time: a file that names the process at work in a directory.

import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SkeinError } from '../errors.ts';

/** @throws SkeinError `state` when another run holds the lock at `path` */
export function checkLock(path: string): void {
  const holder = readHolder(path);
  if (holder === undefined || !isAlive(holder)) return;
  throw new SkeinError('state', `Another run (process ${holder.pid}) is at work in ${dirname(path)}. Wait until it ends, or stop it.`);
}

/**
 * Make the lock at `path`, in place of one whose holder is gone.
 *
 * @throws what the file system says
 */
export function takeLock(path: string): void {
  rmSync(path, { force: true });
  const content = JSON.stringify({ pid: process.pid, started: startTime(process.pid) });
  // Fails where another run was quicker by a moment.
  const handle = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(handle, content);
  } catch (error) {
    rmSync(path);
    throw error;
  } finally {
    closeSync(handle);
  }
}

interface LockHolder {
  readonly pid: number;
  /** When it started, so that a later process with the same number is not taken for it. */
  readonly started: string;
}

function readHolder(path: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockHolder;
  } catch {
    // None, or torn by a kill: nobody holds it.
    return undefined;
  }
}

function isAlive({ pid, started }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startTime(pid) === started;
}

/** Linux: clock ticks since boot, field 22 of `stat`. Elsewhere nothing, and the process number must do. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
