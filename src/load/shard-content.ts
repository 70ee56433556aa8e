// What a finished file of a shard holds, as a server is asked for it afterwards.
//
// The whole file is read and checked for it, once more before it leaves: it may
// have lain on the disk for long.

import type { StoredType } from '../destination/influx/questions.ts';
import type { PointValue } from '../encode/point-line.ts';
import { SkeinError } from '../errors.ts';
import { readBlock } from '../tsm/block.ts';
import { type CheckedBlock, type CheckTask, checkTsmFile } from '../tsm/check-file.ts';
import { BOOLEAN_TYPE, FLOAT_TYPE, INTEGER_TYPE, STRING_TYPE } from '../tsm/column.ts';
import { columnOf } from '../tsm/columns.ts';
import { BLOCK_VALUES, KEY_FIELD_SEPARATOR, type KeyBlocks } from '../tsm/file.ts';

/** So many points of a file are compared value by value, about. */
const SAMPLES = 8;

export interface ContentTask extends CheckTask {
  /** How many the file has, to spread the samples over. */
  readonly keys: number;
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
}

/** @throws SkeinError `destination` when the file is not as it was written */
export function contentOf(task: ContentTask): FileContent {
  const fields = new Map<string, number>();
  const types = new Map<string, StoredType>();
  const samples: PointValue[] = [];
  const every = Math.max(1, Math.floor(task.keys / SAMPLES));
  let key: KeyBlocks | undefined;
  let keys = 0;
  let parts = { series: '', field: '' };
  const { indexChecksum } = checkTsmFile(task, (block) => {
    if (block.key !== key) {
      key = block.key;
      parts = partsOf(key);
      types.set(parts.field, TYPE_NAMES[key.type]);
      if (keys++ % every === 0) samples.push({ ...parts, ...middleOf(block) });
    }
    fields.set(parts.field, (fields.get(parts.field) ?? 0) + block.count);
  });
  if (indexChecksum !== task.indexChecksum) {
    throw new SkeinError(
      'destination',
      `${task.path} is not as it was written: its index has another checksum. Add --fresh to load the export again.`,
    );
  }
  return { fields, types, samples };
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
