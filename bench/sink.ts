// A server that takes every write and answers 204, in a process of its own. To
// Skein it looks like an InfluxDB 1.x.
//
// Bodies are kept as they came; only when the bench asks, after the timing, are
// they unpacked and counted, so that the sink takes no time from the program that
// is measured.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Arrived, countBodies } from './arrival.ts';

/** What the sink was sent since it was last asked. */
export interface Received extends Arrived {
  readonly requests: number;
  /** Of the bodies as they came. */
  readonly bytes: number;
}

const VERSION = '1.6-sink';
const POLICIES = { columns: ['name', 'duration', 'shardGroupDuration', 'default'], values: [['autogen', '0s', '8736h0m0s', true]] };

let bodies: Buffer[] = [];

const server = createServer((request, response) => {
  const isGzip = request.headers['content-encoding'] === 'gzip';
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    response.setHeader('x-influxdb-version', VERSION);
    if (!/\/write\b/.test(request.url ?? '')) {
      // Whichever database is asked for, it is there; nothing is known of any field.
      const isAsked = /RETENTION/.test(`${request.url}${body}`);
      response.end(JSON.stringify({ results: [{ statement_id: 0, ...(isAsked ? { series: [POLICIES] } : {}) }] }));
      return;
    }
    // The clients of InfluxDB name a database, that of QuestDB, which knows no gzip, does not.
    const canGzip = /[?&](db|bucket)=/.test(request.url ?? '');
    if (body.length > 0 && !isGzip && canGzip) {
      response.writeHead(415).end('The bench compares programs that send gzip');
      return;
    }
    if (body.length > 0) bodies.push(body);
    response.writeHead(204).end();
  });
});

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.on('message', async () => {
  const received = bodies;
  bodies = [];
  const bytes = received.reduce((sum, body) => sum + body.length, 0);
  const answer: Received = { requests: received.length, bytes, ...(await countBodies(received.map((body) => () => body))) };
  process.send?.(answer);
});
process.on('disconnect', () => process.exit());
