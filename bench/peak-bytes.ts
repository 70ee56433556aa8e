// The most memory that a process has had, as Linux tells it.

import { readFileSync } from 'node:fs';

/** @returns undefined for a process that is gone, and where there is no /proc */
export function peakBytesOf(pid: string): number | undefined {
  try {
    const match = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? undefined : Number(match[1]) * 1024;
  } catch {
    return undefined;
  }
}
