// What a server must hold, counted point by point, against a plain count.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWindow } from '../src/csv/byte-window.ts';
import { LineWriter } from '../src/encode/line-protocol.ts';
import { INTEGER, LEFT_OUT, MISFIT, Row } from '../src/encode/row.ts';
import type { Layout } from '../src/movebank/layout.ts';
import { addExpected, nothingExpected } from '../src/verify/expected.ts';
import { FieldSlots } from '../src/verify/field-slots.ts';
import { PointTally } from '../src/verify/point-tally.ts';

const COLUMNS = 4;
const KEYS = ['event_id', 'event_id_text', 'a', 'a_text', 'b', 'b_text', 'c', 'c_text'];

const layout = {
  names: ['event-id', 'a', 'b', 'c'],
  columns: ['event_id', 'a', 'b', 'c'].map((key) => ({ role: 'field', key, type: 'integer' })),
  order: [0, 1, 2, 3],
} as unknown as Layout;

const points = fc.array(
  fc.record({
    series: fc.constantFrom('m,animal=A', 'm,animal=B', 'm,animal=B,dup=1'),
    timeMs: fc.constantFrom(Date.UTC(2014, 0), Date.UTC(2014, 11, 31, 23, 59, 59, 999), Date.UTC(2015, 0), Date.UTC(1969, 5)),
    kinds: fc.array(fc.constantFrom(undefined, INTEGER, INTEGER, MISFIT, LEFT_OUT), { minLength: COLUMNS, maxLength: COLUMNS }),
    eventId: fc.option(fc.constant(7n), { nil: undefined }),
  }),
  { maxLength: 200 },
);

describe('what a server must hold', () => {
  it('is every point in its series, year and fields, however the file was cut', () => {
    fc.assert(
      fc.property(points, fc.nat(200), (rows, cut) => {
        const slots = new FieldSlots(layout, KEYS);
        const window = new ByteWindow(64);
        window.bytes.set(Buffer.from('5'));
        const expected = nothingExpected();
        for (const part of [rows.slice(0, cut), rows.slice(cut)]) {
          const tally = new PointTally(slots, new LineWriter(layout));
          for (const { series, timeMs, kinds, eventId } of part) {
            const row = new Row(COLUMNS);
            row.timeMs = timeMs;
            for (const [column, kind] of kinds.entries()) if (kind !== undefined) row.add(column, kind, 0, 1);
            tally.add(row, window, rows.length, series, eventId);
          }
          addExpected(expected, tally.take());
        }

        const cells = new Map<string, { points: number; fields: Map<string, number> }>();
        const patterns = new Set<string>();
        for (const { series, timeMs, kinds, eventId } of rows) {
          const name = `${new Date(timeMs).getUTCFullYear()} ${series}`;
          const cell = cells.get(name) ?? { points: 0, fields: new Map<string, number>() };
          cells.set(name, cell);
          cell.points++;
          const fields = new Set(kinds.flatMap((kind, i) => (kind === INTEGER ? [2 * i] : kind === MISFIT ? [2 * i + 1] : [])));
          if (eventId !== undefined) fields.add(0);
          for (const slot of fields) cell.fields.set(KEYS[slot]!, (cell.fields.get(KEYS[slot]!) ?? 0) + 1);
          patterns.add([...fields].sort().join(' '));
        }
        const found = [...expected.cells].map(([name, cell]) => {
          const fields = [...cell.fields].flatMap((count, slot): [string, number][] => (count > 0 ? [[KEYS[slot]!, count]] : []));
          return [name, { points: cell.points, fields: new Map(fields) }] as const;
        });
        expect(new Map(found)).toEqual(cells);
        expect(expected.points).toBe(rows.length);
        expect(expected.patterns).toEqual(patterns);
      }),
    );
  });
});
