// A row that may share series and time with another: what must be known of it
// to say so, as 56 bytes. Of its values a hash is enough, 128 bits of SHA-256.

export const SIGHTING_BYTES = 56;

export interface Sighting {
  /** `seriesHash` of its series. */
  readonly series: bigint;
  readonly timeMs: number;
  /** File offset. */
  readonly offset: number;
  /** Hash of the values it writes, all but the event id; the first 16 bytes count. */
  readonly content: Uint8Array;
  readonly eventId: bigint | undefined;
  /** The user does not want it. It takes part all the same, so that a part of a file is loaded like the whole. */
  readonly isFiltered: boolean;
}

const HAS_EVENT_ID = 1;
const IS_FILTERED = 2;

export function putSighting(to: DataView, { series, timeMs, offset, content, eventId, isFiltered }: Sighting): void {
  to.setBigUint64(0, series, true);
  // A zero has one sign, so that equal times are equal bytes.
  to.setFloat64(8, timeMs + 0, true);
  to.setFloat64(16, offset, true);
  new Uint8Array(to.buffer, to.byteOffset + 24, 16).set(content.subarray(0, 16));
  to.setBigInt64(40, eventId ?? 0n, true);
  to.setFloat64(48, (eventId === undefined ? 0 : HAS_EVENT_ID) | (isFiltered ? IS_FILTERED : 0), true);
}

/** In which of `partitions` rows of this series and time are compared. */
export function partitionOf(series: bigint, timeMs: number, partitions: number): number {
  return hashOf(series, timeMs) % partitions;
}

/** A whole number below 2^31. */
function hashOf(series: bigint, timeMs: number): number {
  const mixed = Math.imul(Number(series & 0xffffffffn) ^ Math.imul(timeMs % 2 ** 32, 0x9e3779b1), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 15)) >>> 1;
}

/** Sightings one after the other, read where they lie. */
export class Sightings {
  readonly count: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.count = bytes.length / SIGHTING_BYTES;
  }

  /** The same for rows that share series and time; others may have it too. */
  hash(i: number): number {
    return hashOf(this.series(i), this.timeMs(i));
  }

  shareSeriesAndTime(i: number, j: number): boolean {
    const [a, b] = [i * SIGHTING_BYTES, j * SIGHTING_BYTES];
    for (let word = 0; word < 16; word += 4) {
      if (this.#view.getInt32(a + word, true) !== this.#view.getInt32(b + word, true)) return false;
    }
    return true;
  }

  series(i: number): bigint {
    return this.#view.getBigUint64(i * SIGHTING_BYTES, true);
  }

  timeMs(i: number): number {
    return this.#view.getFloat64(i * SIGHTING_BYTES + 8, true);
  }

  offset(i: number): number {
    return this.#view.getFloat64(i * SIGHTING_BYTES + 16, true);
  }

  /** The same for rows with the same values. */
  content(i: number): string {
    return `${this.#view.getBigUint64(i * SIGHTING_BYTES + 24, true)} ${this.#view.getBigUint64(i * SIGHTING_BYTES + 32, true)}`;
  }

  eventId(i: number): bigint | undefined {
    const has = (this.#flags(i) & HAS_EVENT_ID) !== 0;
    return has ? this.#view.getBigInt64(i * SIGHTING_BYTES + 40, true) : undefined;
  }

  isFiltered(i: number): boolean {
    return (this.#flags(i) & IS_FILTERED) !== 0;
  }

  #flags(i: number): number {
    return this.#view.getFloat64(i * SIGHTING_BYTES + 48, true);
  }
}
