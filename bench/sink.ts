// A server that takes every write and answers 204, in a process of its own.
//
// Bodies are kept as they came; only when the bench asks, after the timing, are
// they unzipped and their lines counted, so that the sink takes no time from
// the program that is measured.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { countLines } from './export-file.ts';

/** What the sink was sent since it was last asked. */
export interface Received {
  readonly requests: number;
  readonly bytes: number;
  readonly lines: number;
}

let bodies: Buffer[] = [];

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    bodies.push(Buffer.concat(pieces));
    response.writeHead(204).end();
  });
});

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.on('message', () => {
  let bytes = 0;
  let lines = 0;
  for (const body of bodies) {
    bytes += body.length;
    const text = gunzipSync(body);
    // The client ends no line but joins them.
    lines += countLines(text) + (text.at(-1) === 10 ? 0 : 1);
  }
  const received: Received = { requests: bodies.length, bytes, lines };
  bodies = [];
  process.send?.(received);
});
process.on('disconnect', () => process.exit());
