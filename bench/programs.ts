// The programs that are compared, each run checked: every row of the file must have arrived.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { countLines, DATA_DIRECTORY, type ExportFile } from './export-file.ts';
import { type ProcessRun, runMeasured } from './measured-process.ts';
import type { Received } from './sink.ts';

export const SKEIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
export const OUTPUT_DIRECTORY = `${DATA_DIRECTORY}out.skein`;
const BASELINE = fileURLToPath(new URL('./baseline.js', import.meta.url));

/** A run of one program over one export. */
export interface LoadRun extends ProcessRun {
  readonly rowsPerSecond: number;
  readonly cpuSecondsPerMillionRows: number;
}

/** `skein load` into a directory. */
export async function runSkein(file: ExportFile, workers: number): Promise<LoadRun> {
  rmSync(OUTPUT_DIRECTORY, { recursive: true, force: true });
  const run = await runMeasured([SKEIN, 'load', file.path, '--to', OUTPUT_DIRECTORY, '--fresh', '--json', '--workers', String(workers)]);
  const { points, balanced } = JSON.parse(run.stdout) as { points: number; balanced: boolean };
  checkRows('points in the books of skein load', points, file.rows);
  if (!balanced) throw new Error('The books of skein load do not balance');
  checkRows('lines in the parts of skein load', linesOfParts(), file.rows);
  return asLoadRun(run, file);
}

/** The server that the baseline writes to. */
export class Sink {
  readonly #process: ChildProcess;
  readonly url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start(): Promise<Sink> {
    const process = fork(new URL('./sink.js', import.meta.url));
    const [port] = (await once(process, 'message')) as [number];
    return new Sink(process, `http://127.0.0.1:${port}`);
  }

  /** What came in since the last call. */
  async received(): Promise<Received> {
    const answer = once(this.#process, 'message');
    this.#process.send('count');
    const [received] = (await answer) as [Received];
    return received;
  }

  close(): void {
    this.#process.disconnect();
  }
}

/** fast-csv and @influxdata/influxdb-client into the sink. */
export async function runBaseline(file: ExportFile, sink: Sink): Promise<LoadRun> {
  const run = await runMeasured([BASELINE, file.path, sink.url]);
  const { rows } = JSON.parse(run.stdout) as { rows: number };
  checkRows('rows read by the baseline', rows, file.rows);
  checkRows('lines that the baseline sent', (await sink.received()).lines, file.rows);
  return asLoadRun(run, file);
}

function asLoadRun(run: ProcessRun, { rows }: ExportFile): LoadRun {
  return { ...run, rowsPerSecond: rows / run.seconds, cpuSecondsPerMillionRows: run.cpuSeconds / (rows / 1e6) };
}

function linesOfParts(): number {
  const parts = readdirSync(OUTPUT_DIRECTORY).filter((name) => name.endsWith('.lp.gz'));
  return parts.reduce((sum, name) => sum + countLines(gunzipSync(readFileSync(`${OUTPUT_DIRECTORY}/${name}`))), 0);
}

function checkRows(what: string, found: number, rows: number): void {
  if (found !== rows) throw new Error(`There are ${found} ${what}, for ${rows} rows in the file`);
}
