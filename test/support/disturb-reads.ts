// Preloaded with `node --import` into a command under test: something happens
// when it reads a certain byte of a file, in whatever thread. What
// SKEIN_TEST_DISTURB says, as JSON.

import fs from 'node:fs';
import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

export type Disturbance = {
  /** The byte's file offset. */
  readonly at: number;
  /** From the how manieth time on that a thread reads it, from 1. */
  readonly time: number;
} & (
  | { readonly what: 'EIO' }
  /** Befalls worker threads only. */
  | { readonly what: 'exit' | 'memory' }
  /** Befalls the file itself, once. */
  | { readonly what: 'append' | 'truncate' | 'rewrite' | 'replace'; readonly path: string }
);

export const DISTURB_READS = new URL('../../dist/test/support/disturb-reads.js', import.meta.url).href;

const variable = process.env['SKEIN_TEST_DISTURB'];
if (variable !== undefined) await disturb(JSON.parse(variable) as Disturbance);

function befall(disturbance: Disturbance): void {
  switch (disturbance.what) {
    case 'EIO':
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });
    case 'exit':
      if (!isMainThread) process.exit(7);
      return;
    case 'memory':
      if (!isMainThread) exhaust();
      return;
    default:
      change(disturbance.what, disturbance.path, disturbance.at);
  }
}

function exhaust(): void {
  const held: number[][] = [];
  for (;;) held.push(new Array(100_000).fill(0.5));
}

function change(how: 'append' | 'truncate' | 'rewrite' | 'replace', path: string, at: number): void {
  if (how === 'append') fs.appendFileSync(path, '1,2');
  else if (how === 'truncate') fs.truncateSync(path, at);
  else if (how === 'rewrite') {
    const file = fs.openSync(path, 'r+');
    fs.writeSync(file, '7', at);
    fs.closeSync(file);
  } else {
    fs.copyFileSync(path, `${path}.new`);
    fs.renameSync(`${path}.new`, path);
  }
}

async function disturb(disturbance: Disturbance): Promise<void> {
  const { at, time } = disturbance;
  let times = 0;
  const beforeRead = (position: unknown, length: number): void => {
    if (typeof position !== 'number' || position > at || position + length <= at) return;
    times++;
    if (times === time || (times > time && disturbance.what === 'EIO')) befall(disturbance);
  };

  const { readSync } = fs;
  fs.readSync = ((...args: Parameters<typeof readSync>) => {
    const [, , , length, position] = args as unknown as [number, Uint8Array, number, number, number];
    beforeRead(position, length);
    return readSync(...args);
  }) as typeof readSync;
  syncBuiltinESMExports();

  const handle = await open(new URL(import.meta.url).pathname);
  const prototype = Object.getPrototypeOf(handle) as { read(...args: unknown[]): Promise<unknown> };
  await handle.close();
  const { read } = prototype;
  prototype.read = async function (...args: unknown[]): Promise<unknown> {
    beforeRead(args[3], Number(args[2]));
    return Reflect.apply(read, this, args);
  };
}
