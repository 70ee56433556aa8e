// What a row gets of reference data, held against a plain join of the same
// tables, row by row, in lines and in the columns of a shard.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWindow } from '../src/csv/byte-window.ts';
import { ChunkRows, END, windowBytes } from '../src/csv/chunk-rows.ts';
import { readHeader } from '../src/csv/header.ts';
import { ROW } from '../src/csv/row-scanner.ts';
import { LineWriter } from '../src/encode/line-protocol.ts';
import { RowReader, WRITE } from '../src/encode/row-reader.ts';
import { EVERY_ROW } from '../src/encode/selection.ts';
import { ShardWriter } from '../src/encode/shard-columns.ts';
import { type Layout, layOut } from '../src/movebank/layout.ts';
import { layOutBy, mappingOf } from '../src/movebank/mapping.ts';
import { referenceFrom } from '../src/reference/from-table.ts';
import { join } from '../src/reference/join.ts';
import { type Point, readLineProtocol } from './oracle/read-line-protocol.ts';
import { answersOf, fileIn, readTsm } from './oracle/read-tsm.ts';
import { MemorySource } from './support/bytes.ts';

const HEADER = 'timestamp,event-id,individual-local-identifier,tag-local-identifier';
const NAMES = ['animal-id', 'tag-id', 'deploy-on-date', 'deploy-off-date', 'animal-sex', 'animal-mass', 'note'];
const CHOICE = { tags: ['animal-sex'], fields: ['animal-mass', 'note'] };
const YEAR_MS = 365 * 86_400_000;

interface DeploymentRow {
  animal: string;
  tag: string;
  /** Days of May 2014, 0 for none. */
  on: number;
  off: number;
  sex: string;
  mass: string;
  note: string;
}

interface EventRow {
  animal: string;
  tag: string;
  /** Half days. */
  time: number;
}

const animal = fc.constantFrom('Bob, the "2nd"', 'C=\\');
const tag = fc.constantFrom('1', '2 b', '');
const deployment: fc.Arbitrary<DeploymentRow> = fc
  .record({
    animal: fc.oneof({ arbitrary: animal, weight: 9 }, { arbitrary: fc.constant(''), weight: 1 }),
    tag,
    on: fc.integer({ min: 0, max: 12 }),
    days: fc.integer({ min: 0, max: 6 }),
    isOver: fc.boolean(),
    sex: fc.constantFrom('f', 'f', 'm', 'NA', ''),
    mass: fc.constantFrom('1.5', '.5', 'heavy', ''),
    note: fc.constantFrom('a "b" \\', 'two\nlines', ''),
  })
  .map(({ days, isOver, ...one }) => ({ ...one, off: isOver ? Math.max(1, one.on + days) : 0 }));
const event: fc.Arbitrary<EventRow> = fc.record({
  animal: fc.oneof(animal, fc.constant('Dee')),
  tag,
  time: fc.integer({ min: 0, max: 40 }),
});

const day = (number: number): string => (number === 0 ? '' : `2014-05-${String(number).padStart(2, '0')} 00:00:00.000`);
const timeOf = ({ time }: EventRow): string => `${day(1 + Math.floor(time / 2)).slice(0, 10)} ${time % 2 === 0 ? '00' : '12'}:00:00.000`;
const quoted = (text: string): string => (text === '' ? '' : `"${text.replaceAll('"', '""')}"`);

/** The rows of `exported` as points, each with its event id. */
async function written(
  exported: string,
  layout: Layout,
): Promise<{ points: Map<string, Point>; lines: LineWriter; shards: ShardWriter; unclear: number }> {
  const bytes = Buffer.from(exported);
  const reader = new RowReader(layout, EVERY_ROW, Number.POSITIVE_INFINITY);
  const [lines, shards] = [new LineWriter(layout), new ShardWriter(layout, YEAR_MS)];
  const window = new ByteWindow(windowBytes(bytes.length));
  const rows = new ChunkRows(new MemorySource(bytes), reader.cells, window);
  const seen = new Set<string>();
  await rows.open(exported.indexOf('\n') + 1, bytes.length);
  for (let outcome = rows.next(); outcome !== END; outcome = rows.next()) {
    expect([outcome, reader.read(window, rows.rowStart, rows.rowEnd)]).toEqual([ROW, WRITE]);
    const series = reader.series.all[reader.row.series]!;
    lines.write(reader.row, series, window);
    // A shard holds one point of a series and a time.
    const place = `${series.key} ${reader.row.timeMs}`;
    if (!seen.has(place)) shards.write(reader.row, series, window);
    seen.add(place);
  }
  const text = Buffer.from(lines.target.subarray(0, lines.length)).toString();
  const points = new Map(readLineProtocol(text).map((point) => [point.fields.get('event_id')?.value ?? '', point]));
  return { points, lines, shards, unclear: reader.notes.unclearDeployment };
}

function layoutOf(): Layout {
  const header = readHeader(Buffer.from(`${HEADER}\n`), true);
  if (typeof header === 'string') throw new Error(header);
  return layOut(header.names, header.delimiter) as Layout;
}

/** The deployments that a row may be of: those of its animal and tag, by its time if there are several. */
function meant({ animal, tag, ...row }: EventRow, deployments: readonly DeploymentRow[]): DeploymentRow[] {
  const own = deployments.filter((one) => one.animal === animal && one.tag === tag);
  const at = timeOf(row as EventRow);
  const then = own.filter(({ on, off }) => day(on) <= at && (off === 0 || at <= day(off)));
  return own.length > 1 && then.length > 0 ? then : own;
}

const missing = (text: string): boolean => text === '' || text === 'NA';

/** What all of them say, and whether they say the same. */
function agreed(deployments: readonly DeploymentRow[], column: 'sex' | 'mass' | 'note'): { value: string; isClear: boolean } {
  const said = new Set(deployments.map((one) => (missing(one[column]) ? '' : one[column])));
  const [value = ''] = said;
  return { value: said.size === 1 ? value : '', isClear: said.size <= 1 };
}

const MASS: Record<string, [field: string, type: string, value: string]> = {
  '1.5': ['animal_mass', 'float', '1.5'],
  '.5': ['animal_mass', 'float', '0.5'],
  heavy: ['animal_mass_text', 'string', 'heavy'],
};

describe('a row', () => {
  it('gets of its deployments what a plain join gives it, in lines, in shards and by the mapping that is written', async () => {
    let added = 0;
    let unclearRows = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(deployment, { maxLength: 12, size: 'max' }),
        fc.array(event, { minLength: 1, maxLength: 40, size: 'max' }),
        async (deployments, events) => {
          const rows = deployments.map(({ animal, tag, on, off, sex, mass, note }) => [animal, tag, day(on), day(off), sex, mass, note]);
          const table = { path: 'x-reference-data.csv', hash: 'x', names: NAMES, rows };
          const plain = layoutOf();
          const made = referenceFrom(table, CHOICE, plain);
          if (typeof made === 'string') throw new Error(made);
          const { layout } = join(plain, made.reference, table.hash);
          const exported = [HEADER, ...events.map((row, i) => `${timeOf(row)},${i + 1},${quoted(row.animal)},${quoted(row.tag)}`), ''].join(
            '\n',
          );

          const found = await written(exported, layout);
          let unclear = 0;
          for (const [i, row] of events.entries()) {
            const { tags, fields } = found.points.get(String(i + 1))!;
            const own = meant(row, deployments);
            const [sex, mass, note] = (['sex', 'mass', 'note'] as const).map((column) => agreed(own, column));
            if (![sex, mass, note].every((one) => one!.isClear)) unclear++;
            expect(tags.get('animal_sex') ?? '').toBe(sex!.value);
            expect(fields.get('note')?.value ?? '').toBe(note!.value.replace('\n', ' '));
            const [field, type, value] = MASS[mass!.value] ?? ['', '', ''];
            const masses = [...fields].filter(([key]) => key.startsWith('animal_mass'));
            expect(masses).toEqual(field === '' ? [] : [[field, { type, value }]]);
            added += tags.has('animal_sex') || masses.length > 0 ? 1 : 0;
          }
          expect(found.unclear).toBe(unclear);
          unclearRows += unclear;

          const mapping = mappingOf(layout);
          const again = layOutBy(JSON.parse(JSON.stringify(mapping)), plain.names, plain.delimiter);
          if (typeof again === 'string') throw new Error(again);
          const mapped = await written(exported, join(again.layout, mapping.reference!).layout);
          expect(mapped.points).toEqual(found.points);

          const stored = answersOf(found.shards.seal().map(({ bytes }) => readTsm(fileIn(bytes))));
          const attached = stored.filter(([key]) => /#!~#(animal_mass|animal_mass_text|note) /.test(key));
          const places = new Set<string>();
          let expected = 0;
          for (const { tags, fields, time } of found.points.values()) {
            const place = JSON.stringify([...tags, time]);
            if (!places.has(place)) expected += [...fields.keys()].filter((key) => key !== 'event_id').length;
            places.add(place);
          }
          expect(attached).toHaveLength(expected);
        },
      ),
      { numRuns: 300 },
    );
    expect(added).toBeGreaterThan(1000);
    expect(unclearRows).toBeGreaterThan(300);
  });
});
