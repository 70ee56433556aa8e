// Run the real `skein` command and see how much memory it took.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { MAIN, type Run, temporaryDirectory } from './skein.ts';

const REPORT_USAGE = new URL('../../dist/bench/report-usage.js', import.meta.url).href;

export async function measured(args: string[]): Promise<Run & { peakBytes: number }> {
  const child = spawn(process.execPath, ['--import', REPORT_USAGE, '--', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, XDG_STATE_HOME: temporaryDirectory() },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [, ...streams] = child.stdio;
  const [stdout = '', stderr = '', usage = '{}'] = await Promise.all(streams.map((stream) => text(stream as NodeJS.ReadableStream)));
  return { code: await ended, stdout, stderr, ...(JSON.parse(usage) as { peakBytes: number }) };
}
