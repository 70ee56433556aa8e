// `npm run bench`: how many points a second does Skein load, what limits it, and
// what do other tools give? Each figure stands beside its target.
//
//   npm run bench -- [layers|parsers|loaders|server|scaling|memory|startup]... [--quick] [--large] [--rounds N] [--bytes N] [--json FILE]
//   npm run bench -- replay [--bytes N] [--json FILE]
//   npm run bench -- shards [--bytes N | --rows N] [--rounds N] [--json FILE]
//   npm run bench -- databases [--quick] [--json FILE]
//   npm run bench -- reliability [--quick] [--json FILE]
//   npm run bench -- sweep [--quick] [--json FILE]
//   npm run bench -- compare A.json B.json
//   npm run bench -- publish FILE.json
//
// A wrong answer of any program ends the bench with exit code 1; a target that
// is not met does not, since it may be the machine's fault.

import { parseArgs } from 'node:util';
import { compareRuns } from './compare.ts';
import { measureDatabases } from './databases.ts';
import { exportOf, headOf } from './export-file.ts';
import type { Figure } from './figures.ts';
import { HOW_TO_GET_A_SERVER, hasBenchServer } from './influx-server.ts';
import { measureLayers } from './layers.ts';
import { measureLoaders } from './loaders.ts';
import { measureMemory } from './memory.ts';
import { measureParsers } from './parsers.ts';
import { LOADERS, PLAIN_PYTHON, SINK_LOADERS } from './peers/load-peers.ts';
import { PARSE_PEERS } from './peers/parse-peers.ts';
import { publish } from './publish.ts';
import { reliabilitySections } from './reliability.ts';
import { measureReplay } from './replay.ts';
import { busyRemarks, machineLine, type Results, readResults, resultsOf, thisMachine, writeResults } from './results.ts';
import { measureScaling } from './scaling.ts';
import { measureServer } from './server.ts';
import { measureShards } from './shards.ts';
import { measureStartup } from './startup.ts';
import { sweepSections } from './sweeps.ts';
import { comparisonTable, tableOf } from './tables.ts';
import { verdictOf } from './verdict.ts';

const USAGE = `npm run bench -- [layers|parsers|loaders|server|scaling|memory|startup]...
npm run bench -- replay
npm run bench -- shards: --via shards into an InfluxDB 2, beside ready batches; --rows <n> gives the export's size in rows
npm run bench -- databases: InfluxDB, PostgreSQL and Prometheus, those that are found
npm run bench -- reliability, or of it [fuzz|kills|faults|refusals]...: takes hours, and real servers
npm run bench -- sweep, or of it [sweep-workers|sweep-batch|sweep-chunk|sweep-size|sweep-animals|sweep-columns|sweep-bad|sweep-in-flight|
  sweep-server-batch|sweep-shards]...: about an hour, and 16 GB of disk
  --bytes <bytes>  size of the export (default: 600000000; with --quick 20000000)
npm run bench -- compare A.json B.json: what differs between two runs
npm run bench -- publish FILE.json: draw the chart, write the table into the README
  --bytes <bytes>  size of the export (default: 300000000; with --quick 15000000)
  --quick          a smoke run of under half a minute: its figures say little
  --rounds <n>     measure everything so often (default: 3, layers 5); more rounds, less noise
  --large          load 3 GB too, to show that memory does not grow
  --json <file>    write the figures there as well
`;

/** How much of everything. A slice is what the peers load. */
const FULL = {
  bytes: 300e6,
  mostSliceBytes: 30e6,
  serverBytes: 100e6,
  layerSeconds: 0.4,
  threadSeconds: 1,
  rounds: 3,
  layerRounds: 5,
  startupRounds: 15,
};
const QUICK: typeof FULL = {
  bytes: 15e6,
  mostSliceBytes: 3e6,
  serverBytes: 3e6,
  layerSeconds: 0.05,
  threadSeconds: 0.2,
  rounds: 2,
  layerRounds: 2,
  startupRounds: 3,
};
const MEMORY_BYTES = 100e6;
const LARGE_BYTES = 3e9;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bytes: { type: 'string' },
    rows: { type: 'string' },
    quick: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'string' },
  },
});
const standard = values.quick ? QUICK : FULL;
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const plan = rounds === undefined ? standard : { ...standard, rounds, layerRounds: rounds };
const bytes = values.bytes === undefined ? plan.bytes : Number(values.bytes);
const sliceOf = (size: number) => exportOf({ bytes: Math.min(size, plan.mostSliceBytes) });

const SECTIONS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  layers: () => measureLayers(sliceOf(plan.mostSliceBytes), plan.layerSeconds, plan.layerRounds),
  parsers: () => measureParsers(exportOf({ bytes }), sliceOf(plan.mostSliceBytes), plan.rounds),
  loaders: () => measureLoaders(exportOf({ bytes }), sliceOf, plan.rounds),
  server: async () =>
    hasBenchServer || positionals.includes('server') ? measureServer(exportOf({ bytes: plan.serverBytes }), sliceOf, plan.rounds) : [],
  scaling: () => measureScaling(exportOf({ bytes }), headOf(exportOf({ bytes }), plan.mostSliceBytes), plan.threadSeconds, plan.rounds),
  memory: () => measureMemory(memorySizes().map((size) => exportOf({ bytes: size }))),
  startup: () => measureStartup(plan.startupRounds),
};
/** Those that are run only when they are named. */
const ON_REQUEST: typeof SECTIONS = {
  replay: () => measureReplay(exportOf({ bytes: plan.serverBytes }), plan.rounds),
  shards: () =>
    measureShards(exportOf(values.rows === undefined ? { bytes: plan.serverBytes } : { rows: Number(values.rows) }), plan.rounds),
  databases: () => measureDatabases(exportOf({ bytes: plan.mostSliceBytes }), Math.min(plan.rounds, 3)),
  ...reliabilitySections(values.quick),
  ...sweepSections(values.quick),
};

const exitCode = await main();
// Threads and programs of a bench that failed may still run.
if (exitCode !== 0) process.exit(exitCode);

async function main(): Promise<number> {
  const [first, ...files] = positionals;
  try {
    if (first === 'compare' && files.length === 2) return compareFiles(files as [string, string]);
    if (first === 'publish' && files.length === 1) return publishFile(files[0] as string);
    const names = positionals.length === 0 ? Object.keys(SECTIONS) : positionals;
    if (!names.every((name) => name in SECTIONS || name in ON_REQUEST) || !isCount(bytes, 1e6) || !isCount(plan.rounds, 1)) {
      process.stderr.write(USAGE);
      return 2;
    }
    await measure(names);
    return 0;
  } catch (error) {
    process.stderr.write(`The bench failed: ${(error as Error).stack}\n`);
    return 1;
  }
}

async function measure(names: readonly string[]): Promise<void> {
  const machine = thisMachine();
  const figures: Figure[] = [];
  const began = performance.now();
  for (const name of names) {
    process.stderr.write(`${name} …\n`);
    figures.push(...((await (SECTIONS[name] ?? ON_REQUEST[name])?.()) ?? []));
  }
  const results = resultsOf(machine, bytes, values.quick, (performance.now() - began) / 1000, figures);
  const lines = [machineLine(results), '', tableOf(results.figures), '', ...remarks(names, results), '', ...verdictOf(results.figures)];
  process.stdout.write(`\n${lines.join('\n')}\n`);
  if (values.json !== undefined) writeResults(values.json, results);
}

function remarks(names: readonly string[], results: Results): string[] {
  const asked = [
    ...(names.includes('loaders') ? [...SINK_LOADERS, PLAIN_PYTHON] : names.includes('server') ? [...LOADERS, PLAIN_PYTHON] : []),
    ...(names.includes('parsers') ? PARSE_PEERS : []),
  ];
  const absent = asked.filter((peer) => peer.find() === undefined);
  return [
    ...busyRemarks(results),
    ...(values.quick ? ['A smoke run with --quick: its figures say little.'] : []),
    ...(names.includes('memory') && !values.large ? ['The load of 3 GB is left out: add --large.'] : []),
    ...(names.includes('server') && !hasBenchServer ? [`A real server is left out: it wants ${HOW_TO_GET_A_SERVER}.`] : []),
    ...absent.map(({ name, get }) => `${name} is left out, as it is not installed: ${get}.`),
  ];
}

function compareFiles([before, after]: readonly [string, string]): number {
  const [a, b] = [readResults(before), readResults(after)];
  const lines = [
    ...[[before, a] as const, [after, b] as const].map(
      ([path, results]) => `${path}: Skein ${results.skein}, ${results.date}, ${machineLine(results)}`,
    ),
    '',
    comparisonTable(compareRuns(a.figures, b.figures)),
    '',
    ...busyRemarks(a, b),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function publishFile(path: string): number {
  for (const written of publish(path)) process.stderr.write(`wrote ${written}\n`);
  return 0;
}

function isCount(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}

function memorySizes(): readonly number[] {
  if (values.large) return [MEMORY_BYTES, LARGE_BYTES];
  return values.quick ? [bytes] : [MEMORY_BYTES, bytes];
}
