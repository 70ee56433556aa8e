// `--wait`: a command that talks to a server waits for one that is still starting.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, pass } from './support/forward.ts';
import { ORG, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { freePort } from './support/server-process.ts';
import { GEESE, skein, startSkein, temporaryDirectory } from './support/skein.ts';

const NOWHERE = 'http://127.0.0.1:1';
let parts: string;

beforeAll(async () => {
  parts = join(temporaryDirectory(), 'parts');
  expect((await skein(['load', GEESE, '--to', parts])).code).toBe(0);
});

describe.concurrent('--wait', () => {
  it.each([
    ['load', GEESE],
    ['verify', GEESE],
    ['replay', ''],
  ])('of %s tries as often as it is told, and says how many tries are left', async (command, file) => {
    const { code, stdout, stderr } = await skein([command, file || parts, '--to', NOWHERE, '--wait', '3']);
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr.trimEnd().split('\n')).toEqual([
      `skein: ${NOWHERE} is not healthy yet: the connection was refused. 2 tries left.`,
      `skein: ${NOWHERE} is not healthy yet: the connection was refused. 1 try left.`,
      `skein: ${NOWHERE} is not healthy after 3 tries: the connection was refused. Is it running, and is the port right?`,
    ]);
  });

  it('without it a command asks once', async () => {
    const { code, stderr } = await skein(['verify', GEESE, '--to', NOWHERE]);
    expect(code).toBe(5);
    expect(stderr).toBe(`skein: No server answers at ${NOWHERE}: the connection was refused. Is it running, and is the port right?\n`);
  });

  it('alone is 10 tries, which Ctrl-C ends at once', async () => {
    const { child, ended } = startSkein(['verify', GEESE, '--to', NOWHERE, '--wait']);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/9 tries left[\s\S]*Stopped waiting for http:\/\/127\.0\.0\.1:1; nothing was written\.\n$/);
  });

  it('is ended by Ctrl-C also where a server takes the question and says nothing', async () => {
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const { child, ended } = startSkein(['verify', GEESE, '--to', `http://127.0.0.1:${port}`, '--wait']);
    mute.once('request', () => child.kill('SIGINT'));
    const began = performance.now();
    expect((await ended).code).toBe(130);
    expect(performance.now() - began).toBeLessThan(8000);
    mute.closeAllConnections();
    mute.close();
  });

  it('says nothing with --quiet but how it ended', async () => {
    const { stderr } = await skein(['verify', GEESE, '--to', NOWHERE, '--wait', '2', '--quiet']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('refuses what is no number of tries', async () => {
    const { code, stderr } = await skein(['verify', '--to', NOWHERE, '--wait', GEESE]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--wait \[tries\].*whole number from 1/);
  });
});

describe('a server that is still starting', () => {
  let server: Server;
  let standIn: Awaited<ReturnType<typeof startStandIn>>;
  let port: number;
  beforeAll(async () => {
    standIn = await startStandIn(['geese']);
    port = await freePort();
    let asked = 0;
    // Unhealthy at first, as behind a proxy; then all goes to the server.
    server = createServer((request, response) => {
      if (request.url === '/health' && ++asked < 3) {
        response.writeHead(503).end('{"status":"fail","message":"still opening"}');
        return;
      }
      void bodyOf(request).then((body) => pass(standIn.url, request, body, response));
    });
  });
  afterAll(async () => {
    server.close();
    await standIn.close();
  });

  it('is waited for, and then loaded into', async () => {
    const args = ['load', GEESE, '--to', `http://127.0.0.1:${port}`, '--bucket', 'geese', '--wait', '20'];
    const { child, ended } = startSkein(args, { INFLUX_TOKEN: TOKEN, INFLUX_ORG: ORG });
    // Not before it was looked for in vain.
    child.stderr?.once('data', () => server.listen(port, '127.0.0.1'));
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/connection was refused\. 19 tries left[\s\S]*status 503, still opening\. 1\d tries left/);
    expect(code).toBe(0);
    expect(standIn.lines.get('geese')).toHaveLength(20_724);
  });
});
