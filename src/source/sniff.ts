// Tell what a file really is from its first bytes, whatever its name, and
// refuse with a sentence what is no CSV.
//
// Input: up to the first SNIFF_BYTES of a file. Output: a reason not to read it
// as CSV, or none.

import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';
import { SkeinError } from '../errors.ts';
import { shellWord } from '../shell-word.ts';

/** How much of a file is looked at. */
export const SNIFF_BYTES = 1 << 20;

/** How a CSV may be packed. */
export type Packing = 'gzip' | 'zip';

const PACKINGS: readonly { bytes: readonly number[]; packing: Packing }[] = [
  { bytes: [0x1f, 0x8b], packing: 'gzip' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], packing: 'zip' },
  // Of an archive without a file.
  { bytes: [0x50, 0x4b, 0x05, 0x06], packing: 'zip' },
];

const MAGIC: readonly { bytes: readonly number[]; what: string; todo: (path: string) => string }[] = [
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'zstd-compressed', todo: (path) => `Unpack it first: unzstd ${shellWord(path)}` },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'xz-compressed', todo: (path) => `Unpack it first: unxz -k ${shellWord(path)}` },
  { bytes: [0x42, 0x5a, 0x68], what: 'bzip2-compressed', todo: (path) => `Unpack it first: bunzip2 -k ${shellWord(path)}` },
];

/** What is there is no CSV, or holds none. Whether that matters is for the one to say who knows whether one was expected. */
export class NoCsv extends SkeinError {
  constructor(message: string) {
    super('source', message);
  }
}

/** What has to be unpacked before it can be a CSV. */
export function packingOf(head: Uint8Array): Packing | undefined {
  return PACKINGS.find(({ bytes }) => beginsWith(head, bytes))?.packing;
}

function beginsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[i] === byte);
}

/**
 * Why the file that begins with `head` cannot be read as CSV, and what to do; or undefined.
 *
 * @param head the file's first bytes, at most SNIFF_BYTES
 * @param whole `head` is the whole file
 */
export function whyNoCsv(path: string, head: Uint8Array, whole: boolean): string | undefined {
  if (head.length === 0) return 'is empty: 0 bytes. Download the export again.';
  for (const { bytes, what, todo } of MAGIC) {
    if (beginsWith(head, bytes)) return `is ${what}. ${todo(path)}`;
  }
  if (looksLikeUtf16(head)) {
    return `is UTF-16 text. Convert it first: iconv -f UTF-16 -t UTF-8 ${shellWord(path)} > ${shellWord(utf8Name(path))}`;
  }
  const start = Buffer.from(head.subarray(0, 4096))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (start.startsWith('version https://git-lfs.github.com/spec/')) {
    return 'is a git-LFS pointer, not the data. Fetch the real file: git lfs pull';
  }
  if (/copyrighted material|license terms/i.test(start) && !/^[^\n]*timestamp/i.test(start)) {
    return "is Movebank's licence page, not data. Accept the study's licence terms on movebank.org, then download the export again.";
  }
  if (start.startsWith('<')) return 'is a web page (HTML or XML), not a CSV. Log in to movebank.org and download the export again.';
  if (!head.includes(0x0a) && head.includes(0x0d)) {
    return `ends its lines with CR alone. Convert it first: tr '\\r' '\\n' < ${shellWord(path)} > ${shellWord(utf8Name(path))}`;
  }
  if (!isUtf8(whole ? head : cutAtCharacter(head))) {
    return `is not UTF-8 text. If it was saved on Windows, convert it first: iconv -f WINDOWS-1252 -t UTF-8 ${shellWord(path)} > ${shellWord(utf8Name(path))}`;
  }
  return undefined;
}

function looksLikeUtf16(head: Uint8Array): boolean {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  const sample = head.subarray(0, 512);
  let zeros = 0;
  for (const byte of sample) if (byte === 0) zeros++;
  return sample.length >= 4 && zeros >= sample.length * 0.4;
}

/** Leave off a character that the end of `bytes` may have cut. */
function cutAtCharacter(bytes: Uint8Array): Uint8Array {
  const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;
  const lead = bytes.subarray(-4).findLastIndex((byte) => !isContinuation(byte));
  const at = bytes.length - Math.min(4, bytes.length) + lead;
  return lead >= 0 && (bytes[at] ?? 0) >= 0xc0 ? bytes.subarray(0, at) : bytes;
}

function utf8Name(path: string): string {
  return `${basename(path).replace(/\.csv$/i, '')}.utf8.csv`;
}
