// Preloaded with `node --import` into a measured program: says on descriptor 3 what the process used.

import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Of all threads of a process. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

// Workers inherit the preload.
if (isMainThread) {
  process.once('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage: Usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: peakBytes() };
    writeSync(3, JSON.stringify(usage));
  });
}

/** `maxRSS` would be wrong on Linux where the parent is larger: it begins with the parent's memory, before the exec. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const match = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  if (match === null) throw new Error('/proc/self/status has no VmHWM');
  return Number(match[1]) * 1024;
}
