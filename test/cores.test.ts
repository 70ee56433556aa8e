// How many cores a container really has.

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cgroupQuota, usableCores } from '../src/cores.ts';
import { temporaryDirectory } from './support/skein.ts';

/** A root directory with these files in it. */
function root(files: Record<string, string>): string {
  const directory = temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

describe('the CPU quota', () => {
  it('is read from control groups of version 2, and the least of those above counts', () => {
    const limited = root({
      'proc/self/cgroup': '0::/a/b\n',
      'sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/a/cpu.max': '150000 100000\n',
      'sys/fs/cgroup/cpu.max': '400000 100000\n',
    });
    expect(cgroupQuota(limited)).toBe(1.5);
    expect(usableCores(limited)).toBe(Math.min(2, availableParallelism()));
  });

  it('is read from control groups of version 1', () => {
    const limited = root({
      'proc/self/cgroup': '12:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n',
      'sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us': '50000\n',
      'sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    });
    expect(cgroupQuota(limited)).toBe(0.5);
    expect(usableCores(limited)).toBe(1);
  });

  it('is none where there is none, and then the cores that the system names count', () => {
    expect(cgroupQuota(root({ 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': 'max 100000\n' }))).toBeUndefined();
    expect(cgroupQuota(root({}))).toBeUndefined();
    expect(usableCores(root({}))).toBe(availableParallelism());
  });
});
