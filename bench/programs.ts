// The programs that are compared, each run checked: every row and value of the file must have arrived.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Arrived, checkArrived, countFiles } from './arrival.ts';
import { DATA_DIRECTORY, type ExportFile } from './export-file.ts';
import { node, type ProcessRun, runMeasured } from './measured-process.ts';
import { PLAIN_PYTHON } from './peers/load-peers.ts';
import type { Peer, WriteTarget } from './peers/peer.ts';
import type { Received } from './sink.ts';

export const SKEIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
export const OUTPUT_DIRECTORY = `${DATA_DIRECTORY}out.skein`;
const STATE_DIRECTORY = `${DATA_DIRECTORY}state`;
const PYTHON_DIRECTORY = `${DATA_DIRECTORY}out.python`;

/** A run of one program over one export. */
export interface LoadRun extends ProcessRun {
  readonly rowsPerSecond: number;
  readonly cpuSecondsPerMillionRows: number;
}

/** What `skein load --json` says of itself. */
export interface SkeinRun extends LoadRun {
  readonly surveySeconds: number;
  readonly loadSeconds: number;
  readonly verifySeconds: number;
}

/** A place to write to that can tell what came in. */
export interface Destination extends WriteTarget {
  /** Since the last call. */
  arrived(): Promise<Arrived>;
}

/** Where the next run into a server keeps its journal: that of the one before is gone. */
export function freshState(): string {
  rmSync(STATE_DIRECTORY, { recursive: true, force: true });
  return STATE_DIRECTORY;
}

/** `skein load` into a directory. */
export async function runSkein(file: ExportFile, workers: number): Promise<SkeinRun> {
  rmSync(OUTPUT_DIRECTORY, { recursive: true, force: true });
  const run = await load(file, ['--to', OUTPUT_DIRECTORY, '--workers', String(workers)]);
  checkArrived('skein load into a directory', await countFiles(OUTPUT_DIRECTORY), file);
  return run;
}

/** `skein load` into a server, or what looks like one. @param flags more of the command's */
export async function runSkeinInto(file: ExportFile, to: Destination, ...flags: string[]): Promise<SkeinRun> {
  const where = ['--to', to.url, '--org', to.org, '--bucket', to.bucket, '--state', freshState()];
  const run = await load(file, [...where, '--workers', '2', ...flags], { INFLUX_TOKEN: to.token });
  checkArrived(`skein load into ${to.url}`, await to.arrived(), file);
  return run;
}

async function load(file: ExportFile, args: readonly string[], environment: Record<string, string> = {}): Promise<SkeinRun> {
  const run = await runMeasured({ ...node(SKEIN, 'load', file.path, '--fresh', '--json', ...args), environment });
  const said = JSON.parse(run.stdout) as { points: number; balanced: boolean } & Pick<
    SkeinRun,
    'surveySeconds' | 'loadSeconds' | 'verifySeconds'
  >;
  if (said.points !== file.rows || !said.balanced) throw new Error(`skein load says: ${run.stdout}`);
  const { surveySeconds, loadSeconds, verifySeconds } = said;
  return { ...asLoadRun(run, file), surveySeconds, loadSeconds, verifySeconds };
}

/** Let a peer load `file`. */
export async function runPeer(peer: Pick<Peer, 'name' | 'load'>, file: ExportFile, to: Destination): Promise<LoadRun> {
  const run = await runMeasured(peer.load(file.path, to));
  checkArrived(peer.name, await to.arrived(), file);
  return asLoadRun(run, file);
}

/** The fastest plain Python script, into a file. */
export async function runPlainPython(file: ExportFile): Promise<LoadRun> {
  rmSync(PYTHON_DIRECTORY, { recursive: true, force: true });
  mkdirSync(PYTHON_DIRECTORY);
  const run = await runMeasured(PLAIN_PYTHON.load(file.path, PYTHON_DIRECTORY));
  checkArrived(PLAIN_PYTHON.name, await countFiles(PYTHON_DIRECTORY), file);
  return asLoadRun(run, file);
}

/** The server that takes every write. */
export class Sink implements Destination {
  readonly org = 'org';
  readonly bucket = 'movebank';
  readonly token = 'user:none';
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start(): Promise<Sink> {
    const process = fork(new URL('./sink.js', import.meta.url));
    const [port] = (await once(process, 'message')) as [number];
    return new Sink(process, `http://127.0.0.1:${port}`);
  }

  async arrived(): Promise<Received> {
    const answer = once(this.#process, 'message');
    this.#process.send('count');
    const [received] = (await answer) as [Received];
    return received;
  }

  close(): void {
    this.#process.disconnect();
  }
}

function asLoadRun(run: ProcessRun, { rows }: ExportFile): LoadRun {
  return { ...run, rowsPerSecond: rows / run.seconds, cpuSecondsPerMillionRows: run.cpuSeconds / (rows / 1e6) };
}
