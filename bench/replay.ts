// `skein replay` against what the same server takes of the same batches when
// they lie in memory ready to be sent: the server is the limit, not the replay.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { countLines, type ExportFile } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { BenchServer } from './influx-server.ts';
import { runMeasured } from './measured-process.ts';
import { OUTPUT_DIRECTORY, runSkein, SKEIN } from './programs.ts';

const SECTION = 'replay';
const IN_FLIGHT = 2;

/** Lines a second of both, one after the other. */
interface Round {
  readonly replay: number;
  readonly memory: number;
}

export async function measureReplay(file: ExportFile, roundCount: number): Promise<Figure[]> {
  const server = await BenchServer.ofEnvironment();
  await runSkein(file, 2);
  const rounds: Round[] = [];
  for (let i = 0; i < roundCount; i++) {
    // Taking turns at being first, as the server has work left over from the one before.
    const first = i % 2 === 0 ? await runReplay(server, file.rows) : await sendFromMemory(server, file.rows);
    const second = i % 2 === 0 ? await sendFromMemory(server, file.rows) : await runReplay(server, file.rows);
    rounds.push(i % 2 === 0 ? { replay: first, memory: second } : { replay: second, memory: first });
  }
  const figure = (name: string, unit: string, of: (round: Round) => number): Figure => figureOf(SECTION, name, unit, rounds.map(of));
  return [
    figure('skein replay, InfluxDB 2', 'klines/s', ({ replay }) => replay / 1e3),
    figure(`from memory, ${IN_FLIGHT} in flight`, 'klines/s', ({ memory }) => memory / 1e3),
    { ...figure('skein replay to from memory', 'x', ({ replay, memory }) => replay / memory), target: { bound: 'at least', limit: 0.95 } },
  ];
}

async function runReplay(server: BenchServer, rows: number): Promise<number> {
  return server.withBucket(async (bucket) => {
    const { stdout } = await runMeasured([SKEIN, 'replay', OUTPUT_DIRECTORY, '--to', server.url, '--bucket', bucket, '--fresh', '--json']);
    const { points, linesPerSecond } = JSON.parse(stdout) as { points: number; linesPerSecond: number };
    if (points !== rows) throw new Error(`skein replay sent ${points} points of ${rows}`);
    return linesPerSecond;
  });
}

async function sendFromMemory(server: BenchServer, rows: number): Promise<number> {
  const bodies = readBatches();
  return server.withBucket(async (bucket) => {
    const pool = new Pool(server.url, { connections: IN_FLIGHT });
    const path = `/api/v2/write?${new URLSearchParams({ org: server.org, bucket, precision: 'ms' })}`;
    const headers = { authorization: `Token ${server.token}`, 'content-encoding': 'gzip' };
    const began = performance.now();
    let next = 0;
    const sendOn = async (): Promise<void> => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
        const answer = await pool.request({ method: 'POST', path, headers, body });
        await answer.body.dump();
        if (answer.statusCode !== 204) throw new Error(`The server answered with ${answer.statusCode}`);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, sendOn));
    const seconds = (performance.now() - began) / 1000;
    await pool.close();
    const lines = bodies.reduce((sum, body) => sum + countLines(gunzipSync(body)), 0);
    if (lines !== rows) throw new Error(`${lines} lines were sent from memory, of ${rows}`);
    return rows / seconds;
  });
}

/** The members of all parts, in order. */
function readBatches(): Buffer[] {
  const manifest = JSON.parse(readFileSync(`${OUTPUT_DIRECTORY}/manifest.json`, 'utf8')) as {
    parts: { name: string; members: { offset: number; length: number }[] }[];
  };
  return manifest.parts.flatMap(({ name, members }) => {
    const part = readFileSync(`${OUTPUT_DIRECTORY}/${name}`);
    return members.map(({ offset, length }) => part.subarray(offset, offset + length));
  });
}
