// The package as people get it: packed, installed, run by its own name.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { GEESE, linesIn, temporaryDirectory } from './support/skein.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

describe.skipIf(process.env['SKEIN_TEST_PACKAGE'] === undefined)(
  'the package (skipped without SKEIN_TEST_PACKAGE, as it asks the registry)',
  () => {
    it('installs globally from its tarball, and its skein command loads an export', { timeout: 180_000 }, () => {
      const directory = temporaryDirectory();
      const npm = (...args: string[]): string =>
        execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      // What is built is what is tested, so packing must not build again.
      npm('pack', '--ignore-scripts', '--pack-destination', directory);
      const [tarball] = readdirSync(directory);
      mkdirSync(join(directory, 'global'));
      npm('install', '--global', '--prefix', join(directory, 'global'), join(directory, String(tarball)));

      const skein = (...args: string[]): string =>
        execFileSync(join(directory, 'global', 'bin', 'skein'), args, { cwd: directory, encoding: 'utf8' });
      expect(skein('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
      expect(JSON.parse(skein('load', GEESE, '--to', 'out', '--json'))).toMatchObject({ rows: 21_000, balanced: true });
      expect(linesIn(join(directory, 'out'))).toHaveLength(20_724);
    });
  },
);
