// What becomes of one row that shares series and time with others, as 24 bytes.
// Rows that are written as they are have none.

export const DECISION_BYTES = 24;

/** Instead of a number: the row is not written. */
export const NOT_WRITTEN = -1;

export interface Decision {
  /** The row's file offset. */
  readonly offset: number;
  /** The number that tells it from other values at its time: 0 for none, or NOT_WRITTEN. */
  readonly number: number;
  /** The event id to write in place of its own. */
  readonly eventId: bigint | undefined;
}

export function putDecision(to: DataView, { offset, number, eventId }: Decision): void {
  to.setFloat64(0, offset, true);
  to.setBigInt64(8, eventId ?? 0n, true);
  to.setInt32(16, number, true);
  to.setInt32(20, eventId === undefined ? 0 : 1, true);
}

/** Decisions one after the other. */
export class Decisions {
  readonly count: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.count = bytes.length / DECISION_BYTES;
  }

  /** Infinite past the last one. */
  offset(i: number): number {
    return i < this.count ? this.#view.getFloat64(i * DECISION_BYTES, true) : Number.POSITIVE_INFINITY;
  }

  number(i: number): number {
    return this.#view.getInt32(i * DECISION_BYTES + 16, true);
  }

  eventId(i: number): bigint | undefined {
    return this.#view.getInt32(i * DECISION_BYTES + 20, true) === 0 ? undefined : this.#view.getBigInt64(i * DECISION_BYTES + 8, true);
  }
}

/** Goes through the decisions of a chunk as its rows go by. */
export class DecisionCursor {
  /** The file offset of the row that the next one is about; infinite past the last. */
  nextOffset: number;
  notWritten = 0;
  readonly #decisions: Decisions;
  #next = 0;

  constructor(bytes: Uint8Array) {
    this.#decisions = new Decisions(bytes);
    this.nextOffset = this.#decisions.offset(0);
  }

  take(): { number: number; eventId: bigint | undefined } {
    const i = this.#next++;
    this.nextOffset = this.#decisions.offset(this.#next);
    const number = this.#decisions.number(i);
    if (number === NOT_WRITTEN) this.notWritten++;
    return { number, eventId: this.#decisions.eventId(i) };
  }
}

/** The same decisions in the order of their rows. */
export function sortDecisions(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const decisions = new Decisions(bytes);
  const order = Array.from({ length: decisions.count }, (_, i) => i).sort((a, b) => decisions.offset(a) - decisions.offset(b));
  const sorted = new Uint8Array(bytes.length);
  for (const [to, from] of order.entries()) {
    sorted.set(bytes.subarray(from * DECISION_BYTES, (from + 1) * DECISION_BYTES), to * DECISION_BYTES);
  }
  return sorted;
}
