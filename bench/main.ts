// `npm run bench`: how many points a second does Skein load, what limits it, and
// what do other tools give? Each figure stands beside its target.
// `arguments` says with which words.
//
// A wrong answer of any program ends the bench with exit code 1; a target that
// is not met does not, since it may be the machine's fault.

import { Mistake, readArguments, SEE_HELP, USAGE } from './arguments.ts';
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

const given = readArguments(process.argv.slice(2));
if (typeof given === 'string') {
  process.stderr.write(`${given}\n`);
  process.exit(2);
}
if (given.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const { names: named, rounds, quick, large, json } = given;
const standard = quick ? QUICK : FULL;
const plan = rounds === undefined ? standard : { ...standard, rounds, layerRounds: rounds };
const bytes = given.bytes ?? plan.bytes;
const sliceOf = (size: number) => exportOf({ bytes: Math.min(size, plan.mostSliceBytes) });

const SECTIONS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  layers: () => measureLayers(sliceOf(plan.mostSliceBytes), plan.layerSeconds, plan.layerRounds),
  parsers: () => measureParsers(exportOf({ bytes }), sliceOf(plan.mostSliceBytes), plan.rounds),
  loaders: () => measureLoaders(exportOf({ bytes }), sliceOf, plan.rounds),
  server: async () =>
    hasBenchServer || named.includes('server') ? measureServer(exportOf({ bytes: plan.serverBytes }), sliceOf, plan.rounds) : [],
  scaling: () => measureScaling(exportOf({ bytes }), headOf(exportOf({ bytes }), plan.mostSliceBytes), plan.threadSeconds, plan.rounds),
  memory: () => measureMemory(memorySizes().map((size) => exportOf({ bytes: size }))),
  startup: () => measureStartup(plan.startupRounds),
};
/** Those that are run only when they are named. */
const ON_REQUEST: typeof SECTIONS = {
  replay: () => measureReplay(exportOf({ bytes: plan.serverBytes }), plan.rounds),
  shards: () => measureShards(exportOf(given.rows === undefined ? { bytes: plan.serverBytes } : { rows: given.rows }), plan.rounds),
  databases: () => measureDatabases(exportOf({ bytes: plan.mostSliceBytes }), Math.min(plan.rounds, 3)),
  ...reliabilitySections(quick),
  ...sweepSections(quick),
};

const exitCode = await main();
// Threads and programs of a bench that failed may still run.
if (exitCode !== 0) process.exit(exitCode);

async function main(): Promise<number> {
  const [first, ...files] = named;
  try {
    if (first === 'compare' && files.length === 2) return compareFiles(files as [string, string]);
    if (first === 'publish' && files.length === 1) return publishFile(files[0] as string);
    const names = named.length === 0 ? Object.keys(SECTIONS) : named;
    const unknown = names.find((name) => !(name in SECTIONS || name in ON_REQUEST));
    if (unknown !== undefined) throw new Mistake(whatIsWrong(unknown));
    await measure(names);
    return 0;
  } catch (error) {
    if (error instanceof Mistake) {
      process.stderr.write(`${error.message} ${SEE_HELP}\n`);
      return 2;
    }
    process.stderr.write(`The bench failed: ${(error as Error).stack}\n`);
    return 1;
  }
}

/** @param name what is asked for, in the first place, and is nothing to measure */
function whatIsWrong(name: string): string {
  if (name === 'compare') return 'compare wants two files of results.';
  return name === 'publish' ? 'publish wants one file of results.' : `There is nothing called ${name} to measure.`;
}

async function measure(names: readonly string[]): Promise<void> {
  const machine = thisMachine();
  const figures: Figure[] = [];
  const began = performance.now();
  for (const name of names) {
    process.stderr.write(`${name} …\n`);
    figures.push(...((await (SECTIONS[name] ?? ON_REQUEST[name])?.()) ?? []));
  }
  const results = resultsOf(machine, bytes, quick, (performance.now() - began) / 1000, figures);
  const lines = [machineLine(results), '', tableOf(results.figures), '', ...remarks(names, results), '', ...verdictOf(results.figures)];
  process.stdout.write(`\n${lines.join('\n')}\n`);
  if (json !== undefined) writeResults(json, results);
}

function remarks(names: readonly string[], results: Results): string[] {
  const asked = [
    ...(names.includes('loaders') ? [...SINK_LOADERS, PLAIN_PYTHON] : names.includes('server') ? [...LOADERS, PLAIN_PYTHON] : []),
    ...(names.includes('parsers') ? PARSE_PEERS : []),
  ];
  const absent = asked.filter((peer) => peer.find() === undefined);
  return [
    ...busyRemarks(results),
    ...(quick ? ['A smoke run with --quick: its figures say little.'] : []),
    ...(names.includes('memory') && !large ? ['The load of 3 GB is left out: add --large.'] : []),
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

function memorySizes(): readonly number[] {
  if (large) return [MEMORY_BYTES, LARGE_BYTES];
  return quick ? [bytes] : [MEMORY_BYTES, bytes];
}
