// Read a TSM file back into points, written from the format and from nothing in `src`.
//
// Plain and slow: every number is a BigInt or a string of bits. It is stricter
// than a server: whatever the format does not promise throws.

import { crc32 } from 'node:zlib';

export type TsmValue = number | bigint | boolean | string;

export interface TsmBlock {
  type: 'float' | 'integer' | 'boolean' | 'string';
  /** Nanoseconds since 1970. */
  times: bigint[];
  values: TsmValue[];
}

const TYPES = ['float', 'integer', 'boolean', 'string'] as const;

/** The CRC-32 of a file's index alone. */
export function indexChecksumOf(file: Buffer): number {
  const end = file.length - 8;
  return crc32(file.subarray(Number(file.readBigInt64BE(end)), end));
}

/** The file in a piece, which has a checksum of its index behind it. */
export function fileIn(piece: Uint8Array): Buffer {
  const bytes = Buffer.from(piece);
  const file = bytes.subarray(0, -4);
  if (crc32(file.subarray(Number(file.readBigInt64BE(file.length - 8)))) !== bytes.readUInt32BE(file.length)) {
    throw new Error('the index has another checksum');
  }
  return file;
}

/** The blocks of each key, in the order of the index. */
export function readTsm(file: Uint8Array): Map<string, TsmBlock[]> {
  const bytes = Buffer.from(file);
  if (bytes.subarray(0, 5).toString('hex') !== '16d116d101') throw new Error('no TSM file');
  const keys = new Map<string, TsmBlock[]>();
  const indexEnd = bytes.length - 8;
  const indexStart = Number(bytes.readBigInt64BE(indexEnd));
  const taken: [number, number][] = [];
  let last: Buffer | undefined;
  let at = indexStart;
  while (at < indexEnd) {
    const length = bytes.readUInt16BE(at);
    const key = bytes.subarray(at + 2, at + 2 + length);
    if (last !== undefined && Buffer.compare(last, key) >= 0) throw new Error(`key ${key} comes after ${last}`);
    last = key;
    at += 2 + length;
    const type = TYPES[bytes[at]!];
    const count = bytes.readUInt16BE(at + 1);
    if (count === 0 || type === undefined) throw new Error(`key ${key} has ${count} blocks of type ${bytes[at]}`);
    at += 3;
    const blocks: TsmBlock[] = [];
    for (let i = 0; i < count; i++, at += 28) {
      const [first, final, offset] = [0, 8, 16].map((by) => bytes.readBigInt64BE(at + by)) as [bigint, bigint, bigint];
      const size = bytes.readUInt32BE(at + 24);
      taken.push([Number(offset), Number(offset) + size]);
      const whole = bytes.subarray(Number(offset), Number(offset) + size);
      if (crc32(whole.subarray(4)) !== whole.readUInt32BE(0)) throw new Error(`block ${i} of ${key} has another checksum`);
      const block = readBlock(whole.subarray(4));
      if (block.type !== type) throw new Error(`block ${i} of ${key} is of type ${block.type}`);
      if (block.times[0] !== first || block.times.at(-1) !== final) throw new Error(`block ${i} of ${key} has other times than its entry`);
      const before = blocks.at(-1)?.times.at(-1);
      if (before !== undefined && before >= first) throw new Error(`block ${i} of ${key} begins before the one before it ends`);
      blocks.push(block);
    }
    keys.set(key.toString(), blocks);
  }
  if (at !== indexEnd) throw new Error('the index ends in the middle of an entry');
  let end = 5;
  for (const [from, to] of taken.sort((a, b) => a[0] - b[0])) {
    if (from !== end) throw new Error(`nothing or two blocks lie at ${end}`);
    end = to;
  }
  if (end !== indexStart) throw new Error(`the index begins at ${indexStart}, the blocks end at ${end}`);
  return keys;
}

/** A value of each key and time, sorted by both, so that two lists of them are compared quickly. */
export type Answers = [keyAndTime: string, value: TsmValue][];

/** What a server would answer that has these files. */
export function answersOf(files: Iterable<ReadonlyMap<string, readonly TsmBlock[]>>): Answers {
  const answers: Answers = [];
  for (const [key, blocks] of [...files].flatMap((file) => [...file])) {
    for (const { times, values } of blocks) for (const [i, time] of times.entries()) answers.push([`${key} ${time}`, values[i]!]);
  }
  return sortAnswers(answers);
}

export function sortAnswers(answers: Answers): Answers {
  return answers.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Everything of a block after its checksum. */
export function readBlock(bytes: Buffer): TsmBlock {
  const type = TYPES[bytes[0]!];
  const { value: length, at } = uvarint(bytes, 1);
  const times = readTimes(bytes.subarray(at, at + Number(length)));
  const body = bytes.subarray(at + Number(length));
  const read = { float: readFloats, integer: readIntegers, boolean: readBooleans, string: readStrings }[type!];
  const values: TsmValue[] = read(body);
  if (values.length !== times.length) throw new Error(`${times.length} times and ${values.length} values`);
  if (times.length === 0 || times.length > 1000) throw new Error(`a block of ${times.length} values`);
  if (times.some((time, i) => i > 0 && time <= times[i - 1]!)) throw new Error('times do not rise');
  return { type: type!, times, values };
}

export function readTimes(bytes: Buffer): bigint[] {
  const factor = 10n ** BigInt(bytes[0]! & 15);
  const first = bytes.readBigInt64BE(1);
  if (bytes[0]! >> 4 === 1)
    return runningSums(
      first,
      readSimple8b(bytes.subarray(9)).map((delta) => delta * factor),
    );
  if (bytes[0]! >> 4 !== 2) throw new Error(`times of kind ${bytes[0]! >> 4}`);
  const delta = uvarint(bytes, 9);
  const count = uvarint(bytes, delta.at);
  if (count.at !== bytes.length) throw new Error('bytes follow the times');
  return runningSums(first, new Array(Number(count.value) - 1).fill(delta.value * factor));
}

export function readIntegers(bytes: Buffer): bigint[] {
  const unzigzag = (value: bigint): bigint => (value >> 1n) ^ -(value & 1n);
  const kind = bytes[0]! >> 4;
  const words: bigint[] = [];
  if (kind === 0) for (let at = 1; at < bytes.length; at += 8) words.push(bytes.readBigUInt64BE(at));
  else if (kind === 1) words.push(bytes.readBigUInt64BE(1), ...readSimple8b(bytes.subarray(9)));
  else {
    const delta = uvarint(bytes, 9);
    const count = uvarint(bytes, delta.at);
    if (kind !== 2 || count.at !== bytes.length) throw new Error('integers of another kind');
    words.push(bytes.readBigUInt64BE(1), ...new Array<bigint>(Number(count.value)).fill(delta.value));
  }
  const [first, ...deltas] = words.map(unzigzag);
  return runningSums(first!, deltas);
}

export function readFloats(bytes: Buffer): number[] {
  if (bytes[0] !== 0x10) throw new Error('floats of another kind');
  const bits = [...bytes.subarray(9)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let at = 0;
  const take = (count: number): bigint => {
    if (at + count > bits.length) throw new Error('the bits end');
    at += count;
    return count === 0 ? 0n : BigInt(`0b${bits.slice(at - count, at)}`);
  };
  const values: number[] = [];
  let value = bytes.readBigUInt64BE(1);
  let [leading, length] = [0, 0];
  while (value !== 0x7ff8000000000001n) {
    values.push(new Float64Array(BigUint64Array.of(value).buffer)[0]!);
    if (take(1) === 0n) continue;
    if (take(1) === 1n) {
      leading = Number(take(5));
      length = Number(take(6)) || 64;
    }
    value ^= take(length) << BigInt(64 - leading - length);
  }
  if (bits.length - at >= 8 || /1/.test(bits.slice(at))) throw new Error('bits follow the floats');
  return values;
}

export function readBooleans(bytes: Buffer): boolean[] {
  const { value: count, at } = uvarint(bytes, 1);
  if (bytes[0] !== 0x10 || bytes.length - at !== Math.ceil(Number(count) / 8)) throw new Error('booleans of another kind or number');
  return Array.from({ length: Number(count) }, (_, i) => ((bytes[at + (i >> 3)]! >> (7 - (i & 7))) & 1) === 1);
}

export function readStrings(bytes: Buffer): string[] {
  if (bytes[0] !== 0x10) throw new Error('strings of another kind');
  const joined = unsnap(bytes.subarray(1));
  const strings: string[] = [];
  for (let at = 0; at < joined.length; ) {
    const length = uvarint(joined, at);
    at = length.at + Number(length.value);
    if (at > joined.length) throw new Error('the last string is cut');
    strings.push(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(joined.subarray(length.at, at)));
  }
  return strings;
}

const COUNTS = [240, 120, 60, 30, 20, 15, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1];
const WIDTHS = [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 60];

export function readSimple8b(bytes: Buffer): bigint[] {
  if (bytes.length % 8 !== 0) throw new Error('a word is cut');
  const values: bigint[] = [];
  for (let at = 0; at < bytes.length; at += 8) {
    const word = bytes.readBigUInt64BE(at);
    const selector = Number(word >> 60n);
    const width = BigInt(WIDTHS[selector]!);
    for (let i = 0n; i < COUNTS[selector]!; i++) values.push(width === 0n ? 1n : (word >> (i * width)) & ((1n << width) - 1n));
  }
  return values;
}

function runningSums(first: bigint, deltas: readonly bigint[]): bigint[] {
  const sums = [BigInt.asIntN(64, first)];
  for (const delta of deltas) sums.push(BigInt.asIntN(64, sums.at(-1)! + delta));
  return sums;
}

function uvarint(bytes: Uint8Array, from: number): { value: bigint; at: number } {
  let value = 0n;
  for (let at = from; at < bytes.length; at++) {
    value |= BigInt(bytes[at]! & 0x7f) << BigInt(7 * (at - from));
    if (bytes[at]! < 0x80) return { value, at: at + 1 };
  }
  throw new Error('a varint is cut');
}

/** Snappy's format description: a length, then literals and copies from what is out already. */
function unsnap(bytes: Buffer): Buffer {
  const { value: length, at: start } = uvarint(bytes, 0);
  const out: number[] = [];
  for (let at = start; at < bytes.length; ) {
    const tag = bytes[at++]!;
    if ((tag & 3) === 0) {
      const extra = Math.max(0, (tag >> 2) - 59);
      const size = (extra === 0 ? tag >> 2 : bytes.readUIntLE(at, extra)) + 1;
      at += extra;
      out.push(...bytes.subarray(at, at + size));
      at += size;
      continue;
    }
    const offsetBytes = [0, 1, 2, 4][tag & 3]!;
    const size = (tag & 3) === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const offset = bytes.readUIntLE(at, offsetBytes) + ((tag & 3) === 1 ? (tag >> 5) << 8 : 0);
    at += offsetBytes;
    if (offset === 0 || offset > out.length) throw new Error('a copy from nowhere');
    for (let i = 0; i < size; i++) out.push(out[out.length - offset]!);
  }
  if (out.length !== Number(length)) throw new Error(`${out.length} bytes unpacked instead of ${length}`);
  return Buffer.from(out);
}
