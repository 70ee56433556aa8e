// `npm run bench`: measure Skein and print each figure beside its target.
//
//   npm run bench -- [layers|pairs|scaling|memory|startup]... [--quick] [--large] [--bytes N] [--json FILE]
//   npm run bench -- replay [--bytes N] [--json FILE]
//   npm run bench -- databases [--quick] [--json FILE]
//   npm run bench -- reliability [--quick] [--json FILE]
//   npm run bench -- sweep [--quick] [--json FILE]
//
// A wrong answer of any program ends the bench with exit code 1; a target that
// is not met does not, since it may be the machine's fault.

import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureDatabases } from './databases.ts';
import { exportOf, headOf } from './export-file.ts';
import { type Figure, isMet, tableOf } from './figures.ts';
import { measureLayers } from './layers.ts';
import { measureMemory } from './memory.ts';
import { measurePairs } from './pairs.ts';
import { reliabilitySections } from './reliability.ts';
import { measureReplay } from './replay.ts';
import { measureScaling } from './scaling.ts';
import { measureStartup } from './startup.ts';
import { sweepSections } from './sweeps.ts';

const USAGE = `npm run bench -- [layers|pairs|scaling|memory|startup]...
npm run bench -- replay: wants an InfluxDB 2 in SKEIN_TEST_INFLUX_URL, INFLUX_TOKEN and INFLUX_ORG
npm run bench -- databases: InfluxDB, PostgreSQL and Prometheus, those that are found
npm run bench -- reliability, or of it [fuzz|kills|faults|refusals]...: takes hours, and real servers
npm run bench -- sweep, or of it [sweep-workers|sweep-batch|sweep-chunk|sweep-size|sweep-animals|sweep-columns|sweep-bad|sweep-in-flight|
  sweep-server-batch|sweep-shards]...: about an hour, and 16 GB of disk
  --bytes <bytes>  size of the export (default: 600000000; with --quick 20000000)
  --quick          a smoke run of under half a minute: its figures say little
  --large          load 3 GB too, to show that memory does not grow
  --json <file>    write the figures there as well
`;

/** How much of everything. */
const FULL = { bytes: 600e6, sliceBytes: 30e6, seconds: 3, rounds: 5, startupRounds: 20 };
const QUICK: typeof FULL = { bytes: 20e6, sliceBytes: 5e6, seconds: 0.3, rounds: 2, startupRounds: 5 };
const MOST_BASELINE_BYTES = 30e6;
const MEMORY_BYTES = 100e6;
const LARGE_BYTES = 3e9;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bytes: { type: 'string' },
    quick: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const plan = values.quick ? QUICK : FULL;
const bytes = values.bytes === undefined ? plan.bytes : Number(values.bytes);

const SECTIONS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  layers: () => measureLayers(slice(), plan.seconds),
  pairs: () =>
    measurePairs(exportOf({ bytes }), exportOf({ bytes: Math.min(MOST_BASELINE_BYTES, bytes / 5) }), slice(), plan.seconds, plan.rounds),
  scaling: () => measureScaling(exportOf({ bytes }), slice(), plan.seconds, plan.rounds),
  memory: () => measureMemory(memorySizes().map((size) => exportOf({ bytes: size }))),
  startup: () => measureStartup(plan.startupRounds),
};
/** Those that are run only when they are named. */
const ON_REQUEST: typeof SECTIONS = {
  replay: () => measureReplay(exportOf({ bytes: bytes / 3 }), plan.rounds),
  databases: () => measureDatabases(exportOf({ bytes: plan.sliceBytes }), Math.min(plan.rounds, 3)),
  ...reliabilitySections(values.quick),
  ...sweepSections(values.quick),
};

const exitCode = await main();
// Threads and programs of a bench that failed may still run.
if (exitCode !== 0) process.exit(exitCode);

async function main(): Promise<number> {
  const names = positionals.length === 0 ? Object.keys(SECTIONS) : positionals;
  if (!names.every((name) => name in SECTIONS || name in ON_REQUEST) || !(Number.isInteger(bytes) && bytes >= 1e6)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const machine = machineLine();
  const figures: Figure[] = [];
  try {
    for (const name of names) {
      process.stderr.write(`${name} …\n`);
      figures.push(...((await (SECTIONS[name] ?? ON_REQUEST[name])?.()) ?? []));
    }
  } catch (error) {
    process.stderr.write(`The bench failed: ${(error as Error).stack}\n`);
    return 1;
  }
  const remarks = [
    ...(values.quick ? ['A smoke run with --quick: its figures say little.'] : []),
    ...(names.includes('memory') && !values.large ? ['The load of 3 GB is left out: add --large.'] : []),
  ];
  process.stdout.write(`\n${[machine, '', tableOf(figures), '', ...remarks].join('\n')}\n`);
  if (values.json !== undefined) {
    const results = figures.map((figure) => ({ ...figure, met: isMet(figure) ?? null }));
    writeFileSync(values.json, `${JSON.stringify({ machine, bytes, quick: values.quick, figures: results }, null, 2)}\n`);
  }
  return 0;
}

/** What is measured in memory. */
function slice(): Uint8Array {
  return headOf(exportOf({ bytes }), plan.sliceBytes);
}

function memorySizes(): readonly number[] {
  if (values.large) return [MEMORY_BYTES, LARGE_BYTES];
  return values.quick ? [bytes] : [MEMORY_BYTES, bytes];
}

function machineLine(): string {
  const model = cpus()[0]?.model ?? 'unknown CPU';
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${model}, ${availableParallelism()} cores, ${memory} GiB, Node ${process.version}, load average ${load} at the start`;
}
