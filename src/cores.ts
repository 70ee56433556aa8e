// How many cores this process may really use.
//
// `os.availableParallelism()` knows the CPU affinity and, on Node 20, not the
// quota of a container. A pool sized by it is throttled.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** At least 1. A quota of 1.5 cores counts as 2: a thread that is throttled now and then beats an idle core. */
export function usableCores(root = '/'): number {
  const quota = cgroupQuota(root);
  return Math.max(1, Math.min(availableParallelism(), quota === undefined ? Number.POSITIVE_INFINITY : Math.ceil(quota)));
}

/**
 * The least CPU quota of this process's control group and those above it, in cores.
 *
 * @param root where `/proc` and `/sys` are, for tests
 * @returns undefined where there is no quota, as outside Linux
 */
export function cgroupQuota(root = '/'): number | undefined {
  let least: number | undefined;
  for (const line of readText(join(root, 'proc/self/cgroup')).split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    if (controllers !== '' && !controllers.split(',').includes('cpu')) continue;
    const mount = join(root, controllers === '' ? 'sys/fs/cgroup' : 'sys/fs/cgroup/cpu');
    for (let group = join('/', path); ; group = dirname(group)) {
      const quota = controllers === '' ? quotaOf2(join(mount, group)) : quotaOf1(join(mount, group));
      if (quota !== undefined && (least === undefined || quota < least)) least = quota;
      if (group === '/') break;
    }
  }
  return least;
}

/** Version 2: `cpu.max` is "quota period" or "max period", in microseconds. */
function quotaOf2(group: string): number | undefined {
  const [quota, period] = readText(join(group, 'cpu.max')).trim().split(' ').map(Number);
  return quota !== undefined && period !== undefined && quota > 0 ? quota / period : undefined;
}

/** Version 1: the quota is -1 where there is none. */
function quotaOf1(group: string): number | undefined {
  const quota = Number(readText(join(group, 'cpu.cfs_quota_us')) || Number.NaN);
  const period = Number(readText(join(group, 'cpu.cfs_period_us')) || Number.NaN);
  return quota > 0 && period > 0 ? quota / period : undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
