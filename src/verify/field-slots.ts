// The fields that the columns of a file are written to, numbered.

import { EVENT_ID_KEY, type Layout, textKey } from '../movebank/layout.ts';

export class FieldSlots {
  /** Field keys by slot. */
  readonly keys: readonly string[];
  /** The slot of a column's values, and of those that do not fit its type; -1 for columns that are no field. */
  readonly ofColumn: Int32Array;
  readonly ofMisfits: Int32Array;
  /** By field of reference data. */
  readonly ofAttached: readonly number[];
  /** The slot of the event id, or -1. */
  readonly eventId: number;

  constructor({ columns, reference }: Layout) {
    const keys: string[] = [];
    this.ofColumn = new Int32Array(columns.length).fill(-1);
    this.ofMisfits = new Int32Array(columns.length).fill(-1);
    for (const [column, role] of columns.entries()) {
      if (role.role !== 'field') continue;
      this.ofColumn[column] = keys.push(role.key) - 1;
      this.ofMisfits[column] = keys.push(textKey(role.key)) - 1;
    }
    this.ofAttached = (reference?.fields ?? []).map(({ key }) => keys.push(key) - 1);
    this.keys = keys;
    this.eventId = keys.indexOf(EVENT_ID_KEY);
  }
}
