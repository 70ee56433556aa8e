// A server of our own: on a free port, ended by its process id.

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 30_000;

export interface ServerProcess {
  stop(): Promise<void>;
}

/** Start `binary` and wait until `pingUrl` answers below 300. */
export async function startServer(binary: string, args: readonly string[], pingUrl: string): Promise<ServerProcess> {
  const server = spawn(binary, args, { stdio: 'ignore' });
  await untilUp(binary, pingUrl, server);
  return {
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilUp(binary: string, url: string, server: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(100)) {
    if (server.exitCode !== null) throw new Error(`${binary} ended with ${server.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`${binary} did not come up`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
