// Preloaded with `node --import` into a command under test: how much is free on
// the disk is what SKEIN_TEST_FREE_MB says, a number for each time it is asked,
// the last one from then on.

import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

export const LITTLE_SPACE = new URL('../../dist/test/support/little-space.js', import.meta.url).href;

const free = process.env['SKEIN_TEST_FREE_MB']?.split(',').map(Number);
if (free !== undefined) {
  let asked = 0;
  fs.statfs = (async () => ({ bavail: free[Math.min(asked++, free.length - 1)] ?? 0, bsize: 1e6 })) as unknown as typeof fs.statfs;
  syncBuiltinESMExports();
}
