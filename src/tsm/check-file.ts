// Read a finished TSM file whole: nobody who is handed one says what is wrong
// with it. InfluxDB 2 takes a damaged file without a word and hangs on it.
//
// Input: the file, as it lies on the disk. Output: what it holds. Invariant:
// every block's checksum, the order of the keys and of the times of each, and
// that all of it lies in the shard's time, were right. Memory is bounded by a
// page and the blocks of one key.

import type { SkeinError } from '../errors.ts';
import { readBlockTimes } from './block.ts';
import { BLOCK_VALUES, type BlockPlace, HEADER, KEY_FIELD_SEPARATOR, type KeyBlocks } from './file.ts';
import { KnownTimes } from './known-times.ts';
import { TsmReader } from './tsm-reader.ts';

const PAGE_BYTES = 1 << 20;
const SEPARATOR = Buffer.from(KEY_FIELD_SEPARATOR);

export interface CheckTask {
  readonly path: string;
  /** Of the file. */
  readonly bytes: number;
  /** What its shard spans, half-open. */
  readonly startMs: number;
  readonly endMs: number;
}

export interface CheckedFile {
  readonly bytes: number;
  /** A key is one field of one series. */
  readonly keys: number;
  readonly blocks: number;
  /** Of all fields. */
  readonly values: number;
  /** CRC-32 of the index, which a finished file has none of. */
  readonly indexChecksum: number;
}

/** A block that was found to be right. */
export interface CheckedBlock extends BlockPlace {
  readonly key: KeyBlocks;
  /** With its checksum; valid until the next one. */
  readonly bytes: Uint8Array;
  /** How many values it has. */
  readonly count: number;
}

/**
 * Check a whole file.
 *
 * @param onBlock is told of each block, in the order of the keys and of time; what it throws ends the check
 * @throws SkeinError `destination` saying what is not as it was written
 */
export function checkTsmFile({ path, bytes, startMs, endMs }: CheckTask, onBlock: (block: CheckedBlock) => void = () => {}): CheckedFile {
  const reader = new TsmReader({ path, offset: 0, length: bytes }, { pageBytes: PAGE_BYTES, isPiece: false });
  const timesMs = new Float64Array(BLOCK_VALUES);
  const known = new KnownTimes();
  let before: Uint8Array | undefined;
  let blockBytes = 0;
  let [keys, blocks, values] = [0, 0, 0];
  for (let key = reader.next; key !== undefined; key = reader.next) {
    if (before !== undefined && Buffer.compare(before, key.key) >= 0) throw reader.damage('its keys are not in order');
    const seriesEnd = Buffer.from(key.key.buffer, key.key.byteOffset, key.key.length).indexOf(SEPARATOR);
    if (seriesEnd < 1 || key.blocks.length === 0) throw reader.damage('it has a key without field or blocks');
    known.ofSeries(key.key.subarray(0, seriesEnd));
    let lastMs = startMs - 1;
    for (const place of key.blocks) {
      const block = reader.read(place);
      let count = known.countOf(block, key.type, place);
      if (count === undefined) {
        count = readBlockTimes(block, key.type, timesMs);
        if (count === undefined || timesMs[0] !== place.firstMs || timesMs[count - 1] !== place.lastMs) {
          throw reader.damage(`the block at byte ${place.offset} is not the one that its index tells of`);
        }
        for (let i = 1; i < count; i++) if (timesMs[i]! <= timesMs[i - 1]!) throw disorder(reader, key);
        known.add(block, key.type, place, count);
      }
      if (place.firstMs <= lastMs) throw disorder(reader, key);
      lastMs = place.lastMs;
      onBlock({ ...place, key, bytes: block, count });
      blockBytes += place.size;
      values += count;
    }
    if (lastMs >= endMs) throw reader.damage(`${Buffer.from(key.key)} has times after its shard`);
    before = key.key;
    blocks += key.blocks.length;
    keys++;
    reader.advance();
  }
  if (blockBytes !== reader.indexOffset - HEADER.length) throw reader.damage('its index does not tell of every block, or of one twice');
  return { bytes, keys, blocks, values, indexChecksum: reader.indexChecksum };
}

function disorder(reader: TsmReader, { key }: KeyBlocks): SkeinError {
  return reader.damage(`the times of ${Buffer.from(key)} are not in order, or before its shard`);
}
