// The fields that the files of a run are written to, numbered.

import { EVENT_ID_KEY, type Layout, textKey } from '../movebank/layout.ts';

/** The keys of all fields of these files, by slot, those for values that do not fit among them. */
export function fieldKeys(sources: readonly { readonly layout: Layout }[]): string[] {
  const keys = sources.flatMap(({ layout: { columns, reference } }) => [
    ...columns.flatMap((role) => (role.role === 'field' ? [role.key, textKey(role.key)] : [])),
    ...(reference?.fields ?? []).map(({ key }) => key),
  ]);
  return [...new Set(keys)];
}

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

  /** @param keys of all fields of the run */
  constructor({ columns, reference }: Layout, keys: readonly string[]) {
    const slots = new Map(keys.map((key, slot) => [key, slot]));
    const slotOf = (key: string): number => slots.get(key) ?? -1;
    this.ofColumn = Int32Array.from(columns, (role) => (role.role === 'field' ? slotOf(role.key) : -1));
    this.ofMisfits = Int32Array.from(columns, (role) => (role.role === 'field' ? slotOf(textKey(role.key)) : -1));
    this.ofAttached = (reference?.fields ?? []).map(({ key }) => slotOf(key));
    this.keys = keys;
    this.eventId = slotOf(EVENT_ID_KEY);
  }
}
