// Preloaded with `node --import` into a measured program: says on descriptor 3 what the process used.

import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { peakBytesOf } from './peak-bytes.ts';

/** Of all threads of a process. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

// Workers inherit the preload.
if (isMainThread) {
  process.once('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    // `maxRSS` would be wrong on Linux where the parent is larger: it begins with the parent's memory, before the exec.
    const peakBytes = process.platform === 'linux' ? peakBytesOf('self') : maxRSS * 1024;
    if (peakBytes === undefined) throw new Error('/proc/self/status has no VmHWM');
    const usage: Usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes };
    writeSync(3, JSON.stringify(usage));
  });
}
