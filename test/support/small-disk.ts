// Disks that fail, made of memory and of files. They take root on Linux.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './skein.ts';

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'ignore' });
}

function unmount(path: string): void {
  execFileSync('umount', [path], { stdio: 'ignore' });
}

/** Whether this user may mount a disk. */
export const canMount = ((): boolean => {
  const directory = temporaryDirectory();
  try {
    mount('-t', 'tmpfs', 'tmpfs', directory);
    unmount(directory);
    return true;
  } catch {
    return false;
  }
})();

/** A disk in memory that can be full. */
export class SmallDisk {
  readonly path = temporaryDirectory();

  constructor(bytes: number) {
    mount('-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', this.path);
  }

  grow(bytes: number): void {
    mount('-o', `remount,size=${bytes}`, this.path);
  }

  /** Leave room for `bytes` and no more. */
  leave(bytes: number): void {
    const filler = join(this.path, 'filler');
    rmSync(filler, { force: true });
    const { bavail, bsize } = statfsSync(this.path);
    writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - bytes)));
  }

  unmount(): void {
    unmount(this.path);
  }
}

/**
 * A copy of `file` on a disk whose second half is not there any more: its
 * reads fail with EIO.
 *
 * @returns undefined where there are no loop devices
 */
export function onBrokenDisk(file: string): { readonly copy: string; unmount(): void } | undefined {
  const directory = temporaryDirectory();
  const [image, again, mounted] = [join(directory, 'image'), join(directory, 'again'), join(directory, 'mounted')];
  const bytes = 2 * statSync(file).size;
  mkdirSync(mounted);
  writeFileSync(image, '');
  truncateSync(image, bytes);
  try {
    execFileSync('mkfs.ext4', ['-q', image], { stdio: 'ignore' });
    mount('-o', 'loop', image, mounted);
  } catch {
    return undefined;
  }
  const copy = join(mounted, 'export.csv');
  copyFileSync(file, copy);
  // Nothing of the file is in memory when another image is mounted. A loop device may outlive its mount, and with it what
  // it has in memory: mounted again, the same image may get the same device.
  unmount(mounted);
  copyFileSync(image, again);
  mount('-o', 'loop,ro', again, mounted);
  statSync(copy);
  truncateSync(again, bytes / 2);
  return { copy, unmount: () => unmount(mounted) };
}
