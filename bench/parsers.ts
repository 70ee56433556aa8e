// Reading CSV alone: Skein's scanner and survey against parsers, each in a process
// of its own.

import { fileURLToPath } from 'node:url';
import type { ExportFile } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { node, runMeasured } from './measured-process.ts';
import { EXPORT_COLUMNS } from './peers/export-columns.ts';
import type { Parsed } from './peers/parse.ts';
import { PARSE_PEERS } from './peers/parse-peers.ts';
import { SKEIN } from './programs.ts';
import { inRounds } from './rounds.ts';

const SECTION = 'parsers';
const PARSE = fileURLToPath(new URL('./peers/parse.js', import.meta.url));

/** @param slice what the slower parsers read */
export async function measureParsers(file: ExportFile, slice: ExportFile, roundCount: number): Promise<Figure[]> {
  const peers = PARSE_PEERS.flatMap((peer) => ((version) => (version === undefined ? [] : [{ ...peer, version }]))(peer.find()));
  const { rounds, yardstick } = await inRounds(SECTION, roundCount, async () => {
    const rates = [await parseRate('skein', file), await surveyRate(file)];
    for (const { argument, isFast } of peers) rates.push(await parseRate(argument, isFast ? file : slice));
    return rates;
  });
  const names = [
    { name: 'skein: its scanner', remark: 'one thread; cells as byte offsets, no strings' },
    { name: 'skein inspect', remark: 'two workers, start included; every cell checked, types, series, collisions' },
    ...peers.map(({ name, version, difference }) => ({
      name,
      remark: `${version}; ${difference === '' ? 'one thread; rows of strings, nothing checked' : difference}`,
    })),
  ];
  return [
    yardstick,
    ...names.map(({ name, remark }, i) =>
      figureOf(
        SECTION,
        name,
        'krows/s',
        rounds.map((rates) => (rates[i] ?? Number.NaN) / 1e3),
        { remark },
      ),
    ),
  ];
}

/** The start of Node is left out: the peer counts its own seconds. */
async function parseRate(argument: string, file: ExportFile): Promise<number> {
  const { stdout } = await runMeasured(node(PARSE, argument, file.path));
  const { rows, cells, values, seconds } = JSON.parse(stdout) as Parsed & { seconds: number };
  const expected = { rows: file.rows, cells: cells && file.rows * EXPORT_COLUMNS.length, values: values && file.values };
  if (rows !== expected.rows || cells !== expected.cells || values !== expected.values) {
    throw new Error(`${argument} found ${JSON.stringify({ rows, cells, values })}; the export has ${JSON.stringify(expected)}`);
  }
  return rows / seconds;
}

async function surveyRate(file: ExportFile): Promise<number> {
  const { stdout, seconds } = await runMeasured(node(SKEIN, 'inspect', file.path, '--json', '--workers', '2'));
  const { rows } = JSON.parse(stdout) as { rows: number };
  if (rows !== file.rows) throw new Error(`skein inspect found ${rows} rows of ${file.rows}`);
  return rows / seconds;
}
