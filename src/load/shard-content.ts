// What a finished file of a shard holds, as a server is asked for it afterwards.
//
// The whole file is read and checked for it: when it was made, and once more
// before it leaves where another run has made it, as it may have lain on the disk
// for long. Invariant: what is said here is of a file with this checksum, and no
// other leaves.

import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { StoredType } from '../destination/influx/questions.ts';
import type { PointValue } from '../encode/point-line.ts';
import { SkeinError } from '../errors.ts';
import { readBlock } from '../tsm/block.ts';
import { type CheckedBlock, type CheckedFile, type CheckTask, checkTsmFile } from '../tsm/check-file.ts';
import { BOOLEAN_TYPE, FLOAT_TYPE, INTEGER_TYPE, STRING_TYPE } from '../tsm/column.ts';
import { columnOf } from '../tsm/columns.ts';
import { BLOCK_VALUES, KEY_FIELD_SEPARATOR, type KeyBlocks } from '../tsm/file.ts';

/** So many points of a file are compared value by value, about. */
const SAMPLES = 8;

const PIECE_BYTES = 1 << 20;

export interface ReadTask extends CheckTask {
  /** How many the file has, to spread the samples over. */
  readonly keys: number;
}

export interface ContentTask extends ReadTask {
  readonly indexChecksum: number;
}

const TYPE_NAMES = {
  [FLOAT_TYPE]: 'float',
  [INTEGER_TYPE]: 'integer',
  [BOOLEAN_TYPE]: 'boolean',
  [STRING_TYPE]: 'string',
} as const;

/** Crosses from the worker. */
export interface FileContent {
  /** Points by field. */
  readonly fields: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, StoredType>;
  /** Of keys all over the file; at least one. */
  readonly samples: readonly PointValue[];
  /** CRC-32 of the whole file. */
  readonly checksum: number;
}

/**
 * Read a file that another run has made.
 *
 * @throws SkeinError `destination` when the file is not as it was written
 */
export function contentOf(task: ContentTask): FileContent {
  const { checked, content } = readContent(task);
  if (checked.indexChecksum !== task.indexChecksum) {
    throw damage(task.path, 'its index has another checksum');
  }
  return content;
}

/**
 * Check a whole file, and tell what it holds.
 *
 * @param onBlock is told of each block
 * @throws SkeinError as `checkTsmFile`
 */
export function readContent(task: ReadTask, onBlock: () => void = () => {}): { checked: CheckedFile; content: FileContent } {
  const fields = new Map<string, number>();
  const types = new Map<string, StoredType>();
  const samples: PointValue[] = [];
  const every = Math.max(1, Math.floor(task.keys / SAMPLES));
  let key: KeyBlocks | undefined;
  let keys = 0;
  let parts = { series: '', field: '' };
  const checked = checkTsmFile(task, (block) => {
    onBlock();
    if (block.key !== key) {
      key = block.key;
      parts = partsOf(key);
      types.set(parts.field, TYPE_NAMES[key.type]);
      if (keys++ % every === 0) samples.push({ ...parts, ...middleOf(block) });
    }
    fields.set(parts.field, (fields.get(parts.field) ?? 0) + block.count);
  });
  return { checked, content: { fields, types, samples, checksum: checksumOf(task) } };
}

function damage(path: string, why: string, cause?: unknown): SkeinError {
  return new SkeinError('destination', `${path} is not as it was written: ${why}. Add --fresh to load the export again.`, { cause });
}

/** CRC-32 of a file. */
function checksumOf({ path, bytes }: CheckTask): number {
  let handle: number | undefined;
  try {
    handle = openSync(path, 'r');
    const piece = new Uint8Array(Math.min(PIECE_BYTES, bytes));
    let checksum = 0;
    for (let at = 0; at < bytes; ) {
      const count = readSync(handle, piece, 0, Math.min(piece.length, bytes - at), at);
      if (count === 0) throw new Error('it is cut off');
      checksum = crc32(piece.subarray(0, count), checksum);
      at += count;
    }
    return checksum;
  } catch (cause) {
    throw damage(path, (cause as Error).message, cause);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function partsOf({ key }: KeyBlocks): { series: string; field: string } {
  const text = Buffer.from(key).toString('utf8');
  const end = text.indexOf(KEY_FIELD_SEPARATOR);
  return { series: text.slice(0, end), field: text.slice(end + KEY_FIELD_SEPARATOR.length) };
}

/** The point in the middle of a block. */
function middleOf({ key, bytes }: CheckedBlock): Pick<PointValue, 'timeMs' | 'value'> {
  const timesMs = new Float64Array(BLOCK_VALUES);
  const column = columnOf(key.type);
  const middle = readBlock(bytes, timesMs, column) >> 1;
  return { timeMs: Number(timesMs[middle]), value: column.valueAt(middle) };
}
