// The location of a row: which of its values it is, and whether it can be written.
//
// A location that is half a one or not on Earth is left out, both numbers.

import { coordinateOf, isSurelyWithin } from './coordinate.ts';
import { DECIMAL_FORM, INTEGER_FORM, type NumberForm } from './number.ts';
import { LEFT_OUT, type Row } from './row.ts';

/** What is to be told of a row's location, by the name of its count among the notes. */
export type LocationNote = 'noLocation' | 'halfLocation' | 'offEarth' | 'zeroLocation';

export class Location {
  /** Where the coordinates are among the row's values, -1 for none. */
  latitudeAt = -1;
  longitudeAt = -1;
  note: LocationNote | undefined;
  readonly #latitude: number;
  readonly #longitude: number;
  /** Those that there are lie on Earth and are not zero, as far as their first digits tell. */
  #isSure = true;

  /** @param layout with the columns of the coordinates, -1 for none */
  constructor({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }) {
    this.#latitude = latitude;
    this.#longitude = longitude;
  }

  clear(): void {
    this.latitudeAt = -1;
    this.longitudeAt = -1;
    this.note = undefined;
    this.#isSure = true;
  }

  /**
   * Note the number in `bytes[start, end)`, if it is of a coordinate's column.
   *
   * Hot: once a float.
   *
   * @param at its place among the values of the row
   */
  take(bytes: Uint8Array, column: number, form: NumberForm, start: number, end: number, at: number): void {
    if (column === this.#latitude) this.latitudeAt = at;
    else if (column === this.#longitude) this.longitudeAt = at;
    else return;
    const isPlain = form === DECIMAL_FORM || form === INTEGER_FORM;
    if (!isPlain || !isSurelyWithin(bytes, start, end, column === this.#latitude ? 9 : 18)) this.#isSure = false;
  }

  /**
   * Leave out of `row` half a location and one that is not on Earth.
   *
   * Hot: once a row.
   *
   * @returns how many values were left out
   */
  check(row: Row, bytes: Uint8Array): number {
    const { latitudeAt, longitudeAt } = this;
    if (latitudeAt >= 0 && longitudeAt >= 0) return this.#isSure ? 0 : this.#checkValues(row, bytes);
    if (latitudeAt < 0 && longitudeAt < 0) {
      if (this.#latitude >= 0) this.note = 'noLocation';
      return 0;
    }
    return this.#leaveOut(row, 'halfLocation');
  }

  #checkValues(row: Row, bytes: Uint8Array): number {
    const latitude = coordinateOf(row, this.latitudeAt, bytes);
    const longitude = coordinateOf(row, this.longitudeAt, bytes);
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return this.#leaveOut(row, 'offEarth');
    if (latitude === 0 && longitude === 0) this.note = 'zeroLocation';
    return 0;
  }

  #leaveOut(row: Row, note: LocationNote): number {
    this.note = note;
    let leftOut = 0;
    for (const at of [this.latitudeAt, this.longitudeAt]) {
      if (at < 0) continue;
      row.kinds[at] = LEFT_OUT;
      leftOut++;
    }
    this.latitudeAt = -1;
    this.longitudeAt = -1;
    return leftOut;
  }
}
