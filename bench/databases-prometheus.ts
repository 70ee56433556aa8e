// Prometheus: it takes no history by its server, so blocks are made beside it, by
// `promtool`, from text in its own format. Numbers only: one metric for each.

import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { readLine } from '../src/encode/read-line.ts';
import { freePort, startServer } from '../test/support/server-process.ts';
import { temporaryDirectory } from '../test/support/skein.ts';
import { type Contender, timed } from './databases-contender.ts';
import type { ExportFile } from './export-file.ts';
import { OUTPUT_DIRECTORY, runSkein } from './programs.ts';

/** Without it promtool makes blocks of 2 hours and reads the whole text for each. */
const BLOCK_DURATION = '--max-block-duration=20000h';
/** All times of the export lie before. */
const LATEST = '2030-01-01T00:00:00Z';
const ALL = '20y';
const SCRAPES_MS = 30_000;
const ODD_ROWS = `# TYPE clash gauge
clash{animal="a"} 1 1500000000
clash{animal="a"} 2 1500000000
# TYPE late gauge
late{animal="a"} 1 1500000000
late{animal="a"} 2 1499999000
# EOF
`;

interface Sample {
  readonly metric: Record<string, string>;
  readonly values: readonly (readonly [number, string])[];
}

export const prometheus: Contender = {
  name: 'Prometheus',
  isFound: spawnSync('promtool', ['--version']).status === 0 && spawnSync('prometheus', ['--version']).status === 0,
  howToGet: "it is Debian's package prometheus",
  with: async (use) => {
    const directory = temporaryDirectory();
    const blocks = join(directory, 'data');
    const old = await serveOldSample();
    const url = `http://127.0.0.1:${await freePort()}`;
    const ask = async (path: string, parameters: Record<string, string>): Promise<Sample[]> => {
      const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
      const { status, error, data } = (await answer.json()) as { status: string; error: string; data: { result: Sample[] } };
      if (status !== 'success') throw new Error(error);
      return data.result;
    };
    const valuesOf = (selector: string): Promise<Sample[]> => ask('query', { query: `${selector}[${ALL}]`, time: LATEST });
    const countOf = async (selector: string): Promise<number> =>
      (await valuesOf(selector)).reduce((total, { values }) => total + values.length, 0);
    let stop = async (): Promise<void> => {};
    const start = async (): Promise<void> => {
      const config = join(directory, 'prometheus.yml');
      writeFileSync(
        config,
        `scrape_configs: [{job_name: old, scrape_interval: 1s, static_configs: [{targets: ["127.0.0.1:${old.port}"]}]}]\n`,
      );
      const flags = [`--config.file=${config}`, `--storage.tsdb.path=${blocks}`, '--storage.tsdb.retention.time=100y'];
      ({ stop } = await startServer('prometheus', [...flags, `--web.listen-address=${new URL(url).host}`], `${url}/-/ready`));
    };

    try {
      return await use({
        load: async (file) => {
          const text = join(directory, 'export.om');
          await writeOpenMetrics(file, text);
          const began = performance.now();
          createBlocks(text, blocks);
          const seconds = (performance.now() - began) / 1000;
          const odd = join(directory, 'odd.om');
          writeFileSync(odd, ODD_ROWS);
          createBlocks(odd, blocks);
          await start();
          return seconds;
        },
        rows: () => countOf('movebank_lat'),
        diskBytes: async () => sizeOf(blocks),
        track: (individual) =>
          timed(async () => (await countOf(`{__name__=~"movebank_(lat|lon)",individual_local_identifier="${individual}"}`)) / 2),
        // It knows no months.
        months: () =>
          timed(async () => {
            const range = { start: '2019-01-01T00:00:00Z', end: LATEST, step: '30d' };
            const found = await ask('query_range', { query: 'count_over_time(movebank_lat[30d])', ...range });
            return found.flatMap(({ values }) => values).reduce((total, [, value]) => total + Number(value), 0);
          }),
        oddities: async () => {
          await old.untilScraped();
          if ((await countOf('fresh')) === 0) throw new Error('Prometheus holds nothing of today');
          return [
            { name: 'held of 2 rows of one animal and time', value: await countOf('clash'), unit: 'rows' },
            { name: 'held of 2 rows of one animal, not in the order of time', value: await countOf('late'), unit: 'rows' },
            { name: 'held of 1 row of 2017 that its server reads', value: await countOf('old'), unit: 'rows' },
          ];
        },
      });
    } finally {
      await stop();
      old.close();
    }
  },
};

function createBlocks(text: string, blocks: string): void {
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', BLOCK_DURATION, text, blocks], { stdio: 'pipe' });
}

/** Write an export's numbers, by way of its line protocol, as text that promtool reads: metric after metric. */
async function writeOpenMetrics(file: ExportFile, to: string): Promise<void> {
  await runSkein(file, 2);
  const metrics = new Map<string, string[]>();
  for (const part of readdirSync(OUTPUT_DIRECTORY).filter((name) => name.endsWith('.lp.gz'))) {
    const lines = gunzipSync(readFileSync(join(OUTPUT_DIRECTORY, part))).toString('utf8');
    for (const line of lines.trimEnd().split('\n')) {
      const { measurement, tags, fields, timeMs } = readLine(line);
      const labels = Array.from(tags, ([key, value]) => `${key}=${JSON.stringify(value)}`).join(',');
      for (const [key, value] of fields) {
        if (typeof value === 'string') continue;
        const name = `${measurement}_${key}`;
        const samples = metrics.get(name) ?? [];
        metrics.set(name, samples);
        samples.push(`${name}{${labels}} ${Number(value)} ${timeMs / 1000}\n`);
      }
    }
  }
  writeFileSync(to, '');
  for (const [name, samples] of metrics) appendFileSync(to, `# TYPE ${name} gauge\n${samples.join('')}`);
  appendFileSync(to, '# EOF\n');
}

/** What Prometheus asks servers for: one sample of today and one of 2017. */
async function serveOldSample(): Promise<{ port: number; untilScraped: () => Promise<void>; close: () => void }> {
  let scrapes = 0;
  const server = createServer((_, response) => {
    scrapes++;
    response.setHeader('content-type', 'text/plain; version=0.0.4').end('fresh{animal="a"} 1\nold{animal="a"} 1 1500000000000\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    untilScraped: async () => {
      for (const deadline = Date.now() + SCRAPES_MS; scrapes < 3; await sleep(100)) {
        if (Date.now() > deadline) throw new Error('Prometheus asked for nothing');
      }
    },
    close: () => server.close(),
  };
}

function sizeOf(directory: string): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  // What lies in its log are scrapes of its own.
  const inBlocks = files.filter(({ parentPath }) => !/\/(wal|chunks_head)\b/.test(parentPath));
  return inBlocks.reduce((total, { parentPath, name }) => total + statSync(join(parentPath, name)).size, 0);
}
