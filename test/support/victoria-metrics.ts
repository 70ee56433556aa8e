// A real VictoriaMetrics of our own: its data in a temporary directory.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type ServerProcess, startServer } from './server-process.ts';
import { temporaryDirectory } from './skein.ts';

const BINARY = '/usr/bin/victoria-metrics';

/** Whether the machine has one. */
export const hasVictoriaMetrics = existsSync(BINARY);

export interface VictoriaMetrics extends ServerProcess {
  readonly url: string;
  /** Raw samples of the series that a selector finds, once they can be read. */
  samples(selector: string): Promise<{ metric: Record<string, string>; values: number[]; timestamps: number[] }[]>;
}

/** @param flags further ones, like `-dedup.minScrapeInterval=1ms` */
export async function startVictoriaMetrics(retention: string, flags: readonly string[] = []): Promise<VictoriaMetrics> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `-storageDataPath=${join(temporaryDirectory(), 'data')}`,
    `-httpListenAddr=${url.slice('http://'.length)}`,
    `-retentionPeriod=${retention}`,
    ...flags,
  ];
  const server = await startServer(BINARY, args, `${url}/health`);
  return {
    url,
    stop: server.stop,
    samples: async (selector) => {
      await fetch(`${url}/internal/force_flush`);
      const query = new URLSearchParams({ 'match[]': selector, start: '0', end: '9223372036' });
      const text = await (await fetch(`${url}/api/v1/export?${query}`)).text();
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
  };
}
