// Parts in a directory: one file a chunk, its batches one after the other.
//
// Parts of lines are gzip files of one member a batch, which any InfluxDB tool
// can load; parts of shards hold a piece for each shard that the chunk has points
// of. Invariant: a file with a part's name is whole. It is written under
// another name, synced, and then renamed.

import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFailure } from '../write-failure.ts';
import type { Batch, ChunkSink, DestinationWriter, DirectoryTarget, Part, PartMember, RefusedLine } from './destination.ts';
import type { RunGauge } from './run-gauge.ts';

const UNFINISHED = '.tmp';
const OWNER_ONLY = 0o600;

export function partName(chunkIndex: number, form: 'lines' | 'shards'): string {
  return `part-${String(chunkIndex).padStart(6, '0')}${form === 'lines' ? '.lp.gz' : '.shards'}`;
}

export class DirectoryWriter implements DestinationWriter {
  readonly #directory: DirectoryTarget;
  readonly #gauge: RunGauge;

  constructor(directory: DirectoryTarget, gauge: RunGauge) {
    this.#directory = directory;
    this.#gauge = gauge;
  }

  openChunk(index: number): ChunkSink {
    const { path, shardSeconds } = this.#directory;
    const name = partName(index, shardSeconds === undefined ? 'lines' : 'shards');
    return new PartSink(join(path, name), name, this.#gauge);
  }

  async close(): Promise<void> {}
}

/** A chunk without a batch leaves no file. */
class PartSink implements ChunkSink {
  readonly #path: string;
  readonly #name: string;
  readonly #gauge: RunGauge;
  readonly #members: PartMember[] = [];
  #handle: Promise<FileHandle> | undefined;
  #end = 0;

  constructor(path: string, name: string, gauge: RunGauge) {
    this.#path = path;
    this.#name = name;
    this.#gauge = gauge;
  }

  async send(batch: Batch): Promise<readonly RefusedLine[]> {
    const { body, lines, bytes, firstMs, lastMs } = batch;
    // Before anything waits: batches lie in the order in which they were sent.
    const offset = this.#end;
    this.#end += body.length;
    this.#members.push({ offset, length: body.length, lines, bytes, firstMs, lastMs });
    this.#handle ??= open(this.#path + UNFINISHED, 'w', OWNER_ONLY);
    const opened = this.#handle;
    await this.#try(async () => {
      const handle = await opened;
      await this.#gauge.permit(false, async () => {
        for (let done = 0; done < body.length; ) {
          done += (await handle.write(body, done, body.length - done, offset + done)).bytesWritten;
        }
      });
    });
    return [];
  }

  async finish(): Promise<Part | undefined> {
    const opened = this.#handle;
    if (opened === undefined) return undefined;
    await this.#try(async () => {
      const handle = await opened;
      await handle.datasync();
      await handle.close();
      await rename(this.#path + UNFINISHED, this.#path);
    });
    return { name: this.#name, members: this.#members };
  }

  async abandon(): Promise<void> {
    const handle = await this.#handle?.catch(() => undefined);
    await handle?.close();
    await rm(this.#path + UNFINISHED, { force: true });
  }

  async #try(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (cause) {
      throw writeFailure(this.#path, cause, '--to');
    }
  }
}
