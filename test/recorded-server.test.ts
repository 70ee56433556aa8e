// The recordings that stand in for real servers: what they keep, and that they
// answer nothing else.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRecorded } from './support/recorded-server.ts';
import { temporaryDirectory } from './support/skein.ts';

const folder = temporaryDirectory();
let visits = 0;
// It gives a token to whoever comes with a password, and counts who comes with a token.
const real = createServer(async (request, response) => {
  for await (const _ of request);
  const { authorization } = request.headers;
  const content = authorization === undefined ? { token: 'given-by-the-server' } : { visits: ++visits, by: authorization };
  response.writeHead(200, { 'content-type': 'application/json', 'x-influxdb-version': 'v2.9.1' }).end(JSON.stringify(content));
});
let realUrl: string;

async function logIn(url: string, password: string): Promise<string> {
  const answer = await fetch(`${url}/login`, { method: 'POST', body: JSON.stringify({ password }) });
  return ((await answer.json()) as { token: string }).token;
}

async function visit(url: string, token: string): Promise<{ visits: number; by: string }> {
  return (await (await fetch(`${url}/visit?n=1`, { headers: { authorization: `Token ${token}` } })).json()) as never;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => real.listen(0, '127.0.0.1', resolve));
  realUrl = `http://127.0.0.1:${(real.address() as AddressInfo).port}`;
  vi.stubEnv('SKEIN_RECORD', 'Door 1.0');
  const recorder = await openRecorded('door', realUrl, { folder });
  const token = await logIn(recorder.url, 'hush-hush');
  await visit(recorder.url, token);
  await visit(recorder.url, token);
  await recorder.close();
  vi.unstubAllEnvs();
});
afterAll(() => {
  real.close();
});

describe('a recording', () => {
  it('names the server, and holds no password and no token', () => {
    const text = readFileSync(join(folder, 'door.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ server: 'Door 1.0' });
    expect(text).not.toMatch(/hush-hush|given-by-the-server/);
  });

  it('answers equal requests in their order, and with the last answer from then on', async () => {
    const server = await openRecorded('door', undefined, { folder });
    const token = await logIn(server.url, 'another password');
    const seen = [await visit(server.url, token), await visit(server.url, token), await visit(server.url, token)];
    expect(seen.map((answer) => answer.visits)).toEqual([1, 2, 2]);
    expect(seen[0]?.by).toBe(`Token ${token}`);
    await server.close();
  });

  it('fails the test that asks what is not in it', async () => {
    const server = await openRecorded('door', undefined, { folder });
    expect((await fetch(`${server.url}/visit?n=2`)).status).toBe(501);
    await expect(server.close()).rejects.toThrow('no answer to:\n{"method":"GET","path":"/visit?n=2"}');
  });

  it('is left alone where there is a real server', async () => {
    expect((await openRecorded('door', realUrl, { folder })).url).toBe(realUrl);
  });
});
