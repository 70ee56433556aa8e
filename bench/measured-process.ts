// Run a program as a process of its own, as a user would, and see what it cost.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Usage } from './report-usage.ts';

export interface ProcessRun extends Usage {
  /** Wall time from the spawn until the process is gone. */
  readonly seconds: number;
  readonly stdout: string;
}

const REPORT_USAGE = new URL('./report-usage.js', import.meta.url).href;

/** Run `node` with `args`; what it used comes from a preload, which costs it a few ms. */
export async function runMeasured(args: readonly string[]): Promise<ProcessRun> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', REPORT_USAGE, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const ended = exitOf(child);
  const [, stdout, stderr, usage] = child.stdio;
  const texts = Promise.all([stdout, stderr, usage].map((stream) => text(stream as NodeJS.ReadableStream)));
  const code = await ended;
  const seconds = (performance.now() - began) / 1000;
  const [out = '', err = '', used = ''] = await texts;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${err}`);
  return { ...(JSON.parse(used) as Usage), seconds, stdout: out };
}

/** Run `node` with `args` and nothing around it. @returns wall time, ms */
export async function timeProcess(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const code = await exitOf(spawn(process.execPath, args, { stdio: 'ignore' }));
  const elapsedMs = performance.now() - began;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return elapsedMs;
}

function exitOf(child: ReturnType<typeof spawn>): Promise<number | string | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
}
