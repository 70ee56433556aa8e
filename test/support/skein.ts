// Run the real `skein` command, as a user would, and look at what it leaves.

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll } from 'vitest';

export const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
export const GEESE = fileURLToPath(new URL('../../fixtures/geese.csv', import.meta.url));

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** @param environment the only INFLUX_ and XDG_ variables that the command sees */
export async function skein(args: string[], environment: Record<string, string> = {}): Promise<Run> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(INFLUX|XDG)_/.test(name)));
  const child = spawn(process.execPath, ['--', MAIN, ...args], {
    env: { ...inherited, XDG_STATE_HOME: temporaryDirectory(), ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout, stderr };
}

const directories: string[] = [];

/** A fresh directory that is gone after the test file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'skein-test-'));
  directories.push(directory);
  return directory;
}

afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** All lines of a directory's parts, in file order. */
export function linesIn(directory: string): string[] {
  const parts = readdirSync(directory)
    .filter((name) => name.endsWith('.lp.gz'))
    .sort();
  return parts.flatMap((name) =>
    gunzipSync(readFileSync(join(directory, name)))
      .toString('utf8')
      .trimEnd()
      .split('\n'),
  );
}
