// What a load guarantees, tried out at length: nothing is lost, nothing is doubled,
// and what cannot be written is told row by row.
//
// Short forms are in the tests. Real servers are InfluxDB 1.x, started here where
// the machine has it, and the InfluxDB 2 that SKEIN_TEST_INFLUX_URL names. Any
// wrong answer is thrown.

import type { InfluxServer } from '../test/support/influx-server.ts';
import { hasInfluxdb1, startInfluxdb1 } from '../test/support/influxdb1.ts';
import { hasInfluxdb2, openInfluxdb2 } from '../test/support/influxdb2.ts';
import { removeTemporaryDirectories } from '../test/support/skein.ts';
import { exportOf } from './export-file.ts';
import type { Figure } from './figures.ts';
import { measureFaults } from './reliability-faults.ts';
import { measureFuzz } from './reliability-fuzz.ts';
import { measureDirectoryKills, measureServerKills } from './reliability-kills.ts';
import { measureRefusals } from './reliability-refusals.ts';

/** How much of everything. */
const FULL = { files: 10_000, fuzzedRows: 1e6, kills: 100, rows: 500_000, stallMs: 30_000, refusalRows: 1e6, refused: 1000 };
const QUICK: typeof FULL = { files: 40, fuzzedRows: 1000, kills: 3, rows: 60_000, stallMs: 1000, refusalRows: 60_000, refused: 60 };

/** Of all kinds but such as depend on which of two writes comes last. */
const FLAWS = {
  duplicate: 0.004,
  collision: 0.001,
  lateRepeat: 0.0004,
  noTime: 0.003,
  brokenTime: 0.003,
  ragged: 0.0002,
  textAfterQuote: 0.0004,
};

type Section = () => Promise<Figure[]>;

/** The parts by name, and `reliability` for all of them. */
export function reliabilitySections(quick: boolean): Readonly<Record<string, Section>> {
  const plan = quick ? QUICK : FULL;
  const flawed = () =>
    exportOf({ rows: plan.rows }, Object.fromEntries(Object.entries(FLAWS).map(([flaw, share]) => [flaw, Math.round(share * plan.rows)])));
  const parts: Readonly<Record<string, Section>> = {
    fuzz: () => measureFuzz(plan.files, plan.fuzzedRows),
    kills: async () => [
      ...(await measureDirectoryKills(flawed(), plan.kills)),
      ...(await onEachServer((server) => measureServerKills(server, flawed(), plan.kills))),
    ],
    faults: () => onEachServer((server) => measureFaults(server, exportOf({ rows: plan.rows }), plan.stallMs)),
    refusals: async () => (hasInfluxdb1 ? measureRefusals(exportOf({ rows: plan.refusalRows }), plan.refused) : []),
  };
  const all = async (): Promise<Figure[]> => {
    const figures: Figure[] = [];
    for (const [name, part] of Object.entries(parts)) {
      process.stderr.write(`${name} …\n`);
      figures.push(...(await part()));
    }
    return figures;
  };
  const cleaned =
    (section: Section): Section =>
    async () => {
      try {
        return await section();
      } finally {
        removeTemporaryDirectories();
      }
    };
  return Object.fromEntries(Object.entries({ ...parts, reliability: all }).map(([name, section]) => [name, cleaned(section)]));
}

async function onEachServer(measure: (server: InfluxServer) => Promise<Figure[]>): Promise<Figure[]> {
  if (!hasInfluxdb1) process.stderr.write("Left out, as Debian's package influxdb is not there: InfluxDB 1.x\n");
  if (!hasInfluxdb2) process.stderr.write('Left out, as SKEIN_TEST_INFLUX_URL names none: InfluxDB 2\n');
  const figures: Figure[] = [];
  for (const open of [...(hasInfluxdb1 ? [startInfluxdb1] : []), ...(hasInfluxdb2 ? [openInfluxdb2] : [])]) {
    const server = await open();
    try {
      figures.push(...(await measure(server)));
    } finally {
      await server.stop();
    }
  }
  return figures;
}
