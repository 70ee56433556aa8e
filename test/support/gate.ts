// A proxy that can lose a request, or the answer to one.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf, forward, pass } from './forward.ts';

export interface Gate {
  readonly url: string;
  /** Lose the next POST of that path, before or after the server gets it: whoever asks waits for ever. Resolves when it is lost. */
  loseNext(path: string, what: 'request' | 'answer'): Promise<void>;
  close(): Promise<void>;
}

export async function startGate(target: string): Promise<Gate> {
  const toLose = new Map<string, { what: 'request' | 'answer'; lost: () => void }>();
  const server = createServer(async (incoming, response) => {
    const { method, url = '' } = incoming;
    const body = await bodyOf(incoming);
    const loss = method === 'POST' ? toLose.get(url) : undefined;
    if (loss === undefined) return pass(target, incoming, body, response);
    toLose.delete(url);
    if (loss.what === 'answer') await forward(target, incoming, body);
    loss.lost();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseNext: (path, what) => new Promise((lost) => toLose.set(path, { what, lost })),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
