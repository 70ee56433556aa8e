// Where batches go. A target is plain data that crosses to the workers; a
// worker opens it as a writer and sends each chunk's batches into a sink.

import type { InfluxTarget } from './influx/target.ts';

/** One request body or gzip member of whole lines, or the piece of one shard. */
export interface Batch {
  /** Its memory is its own. */
  readonly body: Uint8Array;
  /** Lines, or points. */
  readonly lines: number;
  /** Of the lines before compression. */
  readonly bytes: number;
  /** First and last time of its points, ms. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A batch as it lies in a part. */
export interface PartMember {
  /** Where it begins in the part, and how long it is compressed. */
  readonly offset: number;
  readonly length: number;
  readonly lines: number;
  readonly bytes: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A file of one chunk's batches. */
export interface Part {
  readonly name: string;
  readonly members: readonly PartMember[];
}

/** A line of a batch, by its number from 0, that the destination will not take, in the destination's words. */
export interface RefusedLine {
  readonly line: number;
  readonly message: string;
}

/** Takes the batches of one chunk, several at once. */
export interface ChunkSink {
  /**
   * @returns the lines that were refused; all others were taken
   * @throws SkeinError `destination`, in words for the user, when the batch was not taken
   */
  send(batch: Batch): Promise<readonly RefusedLine[]>;
  /** Every batch was taken: make it last. */
  finish(): Promise<Part | undefined>;
  /** Some batch was not taken: leave nothing that looks whole. */
  abandon(): Promise<void>;
}

/** A worker's way to a destination, for as long as the run lasts. */
export interface DestinationWriter {
  openChunk(index: number): ChunkSink;
  close(): Promise<void>;
}

export interface DirectoryTarget {
  readonly kind: 'directory';
  readonly path: string;
  /** How long the shards are whose files it gets; undefined: it gets lines. */
  readonly shardSeconds?: number | undefined;
}

export type Target = DirectoryTarget | InfluxTarget;
