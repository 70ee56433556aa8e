// Records in partitions, in memory while they are few, else in files.
//
// One partition at a time is small enough for memory, however many records
// there are. Invariant: a partition's bytes come back in the order in which
// they were added.

import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SkeinError } from '../errors.ts';

/** Some records of one partition. Crosses from the workers. */
export interface PartitionBytes {
  readonly partition: number;
  readonly bytes: Uint8Array;
}

export class Spool {
  readonly #memoryBytes: number;
  readonly #held = new Map<number, Uint8Array[]>();
  #heldBytes = 0;
  /** In the system's folder for temporary files; set once something is written there. */
  #directory: string | undefined;
  readonly #inFiles = new Set<number>();

  /** @param memoryBytes how much may be held; when it is reached, all of it goes to files */
  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes;
  }

  /** @throws SkeinError `destination` when the disk is full */
  add(records: readonly PartitionBytes[]): void {
    for (const { partition, bytes } of records) {
      const pieces = this.#held.get(partition);
      if (pieces === undefined) this.#held.set(partition, [bytes]);
      else pieces.push(bytes);
      this.#heldBytes += bytes.length;
    }
    if (this.#heldBytes > this.#memoryBytes) this.#spill();
  }

  /** All bytes of a partition. */
  read(partition: number): Uint8Array<ArrayBuffer> {
    const held = this.#held.get(partition) ?? [];
    const filed = this.#inFiles.has(partition) ? [readFileSync(this.#path(partition))] : [];
    return new Uint8Array(Buffer.concat([...filed, ...held]));
  }

  close(): void {
    this.#held.clear();
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }

  #spill(): void {
    try {
      this.#directory ??= mkdtempSync(join(tmpdir(), 'skein-'));
      for (const [partition, pieces] of this.#held) {
        appendFileSync(this.#path(partition), Buffer.concat(pieces), { mode: 0o600 });
        this.#inFiles.add(partition);
      }
    } catch (cause) {
      throw new SkeinError(
        'destination',
        `Rows that share a time are compared in ${this.#directory ?? tmpdir()}, and that failed: ${(cause as Error).message}. Make room there, or name another folder with TMPDIR.`,
        { cause },
      );
    }
    this.#held.clear();
    this.#heldBytes = 0;
  }

  #path(partition: number): string {
    return join(this.#directory ?? '', String(partition));
  }
}

/** Collects records by partition, in a worker. */
export class Partitioner {
  readonly #recordBytes: number;
  readonly #partitions = new Map<number, { bytes: Uint8Array; length: number }>();

  constructor(recordBytes: number) {
    this.#recordBytes = recordBytes;
  }

  /** Where the next record of a partition goes: a view of its bytes, to be filled at once. */
  next(partition: number): DataView {
    let found = this.#partitions.get(partition);
    if (found === undefined) {
      found = { bytes: new Uint8Array(this.#recordBytes * 8), length: 0 };
      this.#partitions.set(partition, found);
    } else if (found.length === found.bytes.length) {
      const larger = new Uint8Array(found.length * 2);
      larger.set(found.bytes);
      found.bytes = larger;
    }
    const view = new DataView(found.bytes.buffer, found.length, this.#recordBytes);
    found.length += this.#recordBytes;
    return view;
  }

  take(): PartitionBytes[] {
    const taken = [...this.#partitions].map(([partition, { bytes, length }]) => ({ partition, bytes: bytes.slice(0, length) }));
    this.#partitions.clear();
    return taken;
  }
}
