// Ready gzip batches, sent from memory as fast as they are taken: what a server
// can take at most, beside which every loader stands.

import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { checkArrived } from './arrival.ts';
import type { ExportFile } from './export-file.ts';
import { type Destination, OUTPUT_DIRECTORY } from './programs.ts';

/** More is not faster on any server that was seen. */
export const IN_FLIGHT = 2;

/** The gzip members of all parts that `runSkein` left, in order. */
export function readBatches(): Buffer[] {
  const manifest = JSON.parse(readFileSync(`${OUTPUT_DIRECTORY}/manifest.json`, 'utf8')) as {
    parts: { name: string; members: { offset: number; length: number }[] }[];
  };
  return manifest.parts.flatMap(({ name, members }) => {
    const part = readFileSync(`${OUTPUT_DIRECTORY}/${name}`);
    return members.map(({ offset, length }) => part.subarray(offset, offset + length));
  });
}

/**
 * Send batches that hold `file`.
 *
 * @returns points a second
 */
export async function sendBatches(batches: readonly Buffer[], file: ExportFile, to: Destination): Promise<number> {
  const pool = new Pool(to.url, { connections: IN_FLIGHT });
  const path = `/api/v2/write?${new URLSearchParams({ org: to.org, bucket: to.bucket, precision: 'ms' })}`;
  const headers = { authorization: `Token ${to.token}`, 'content-encoding': 'gzip' };
  const began = performance.now();
  let next = 0;
  const sendOn = async (): Promise<void> => {
    for (let body = batches[next++]; body !== undefined; body = batches[next++]) {
      const answer = await pool.request({ method: 'POST', path, headers, body });
      await answer.body.dump();
      if (answer.statusCode !== 204) throw new Error(`${to.url} answered with ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sendOn));
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  checkArrived('ready batches', await to.arrived(), file);
  return file.rows / seconds;
}
