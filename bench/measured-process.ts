// Run a program as a process of its own, as a user would, and see what it cost.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { peakBytesOf } from './peak-bytes.ts';
import type { Usage } from './report-usage.ts';

/** Another program than Node, or Node with arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Beside those of the bench. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ProcessRun extends Usage {
  /** Wall time from the spawn until the process is gone. */
  readonly seconds: number;
  readonly stdout: string;
}

const REPORT_USAGE = new URL('./report-usage.js', import.meta.url).href;
const LOOK_AGAIN_MS = 20;
/** Of the times in /proc, on every Linux. */
const TICKS_PER_SECOND = 100;

/** `node` with `args`; what it used comes from a preload, which costs it a few ms. */
export function node(...args: string[]): Command {
  return { program: process.execPath, args: ['--import', REPORT_USAGE, ...args] };
}

/**
 * Run a command to its end, no other beside it.
 *
 * @returns what it used; NaN where that cannot be known: of another program than Node, only Linux tells
 */
export async function runMeasured({ program, args, environment }: Command): Promise<ProcessRun> {
  const cpuBefore = childrenCpuSeconds();
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  const watched = watchPeak(child);
  const ended = exitOf(child);
  const [, stdout, stderr, usage] = child.stdio;
  const texts = Promise.all([stdout, stderr, usage].map((stream) => text(stream as NodeJS.ReadableStream)));
  const code = await ended;
  const seconds = (performance.now() - began) / 1000;
  const cpuSeconds = childrenCpuSeconds() - cpuBefore;
  const peakBytes = watched();
  const [out = '', err = '', used = ''] = await texts;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${err}`);
  return { ...(used === '' ? { cpuSeconds, peakBytes } : (JSON.parse(used) as Usage)), seconds, stdout: out };
}

/** Run `node` with `args` and nothing around it. @returns wall time, ms */
export async function timeProcess(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const code = await exitOf(spawn(process.execPath, args, { stdio: 'ignore' }));
  const elapsedMs = performance.now() - began;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return elapsedMs;
}

function exitOf(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
}

/** Of all children that have ended. */
function childrenCpuSeconds(): number {
  if (process.platform !== 'linux') return Number.NaN;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The fields after the name, which may hold spaces, begin with the third.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** Look at a child's memory now and then; the returned function ends that and tells the peak. */
function watchPeak({ pid }: ChildProcess): () => number {
  let peakBytes = Number.NaN;
  const timer = setInterval(() => {
    peakBytes = peakBytesOf(String(pid)) ?? peakBytes;
  }, LOOK_AGAIN_MS);
  return () => {
    clearInterval(timer);
    return peakBytes;
  };
}
