// Run the real `skein` command, as a user would, and look at what it leaves. Serves the tests and the bench.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** The repository. This file runs from the tests and, compiled, from `dist`. */
const TOP = new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url);
export const MAIN = fileURLToPath(new URL('dist/src/cli/main.js', TOP));
export const GEESE = fileURLToPath(new URL('fixtures/geese.csv', TOP));

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Run it to its end.
 *
 * @param environment the only INFLUX_ and XDG_ variables that the command sees
 * @param directory where it runs; default here
 */
export function skein(args: readonly string[], environment: Readonly<Record<string, string>> = {}, directory?: string): Promise<Run> {
  return startSkein(args, environment, directory).ended;
}

/** Start it, to be killed or waited for. The exit code is null after a kill. */
export function startSkein(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  directory?: string,
): { readonly child: ChildProcess; readonly ended: Promise<Run> } {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(INFLUX|XDG)_/.test(name)));
  const state = 'XDG_STATE_HOME' in environment ? {} : { XDG_STATE_HOME: temporaryDirectory() };
  const child = spawn(process.execPath, ['--', MAIN, ...args], { env: { ...inherited, ...state, ...environment }, cwd: directory });
  const ended = Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    }),
  ]);
  return { child, ended: ended.then(([stdout, stderr, code]) => ({ code, stdout, stderr })) };
}

const directories: string[] = [];

/** A fresh directory, gone after `removeTemporaryDirectories`: at the end of each test file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'skein-test-'));
  directories.push(directory);
  return directory;
}

export function removeTemporaryDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

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
