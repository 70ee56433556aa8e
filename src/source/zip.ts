// Unpack the CSVs of a zip archive (PKWARE APPNOTE 6.3.10).
//
// Input: an open file that begins as a zip does. Output: each CSV, in a spool.
// The list at the archive's end is believed only as far as it is found to be
// right. Invariant: names in it are shown to people and used for nothing else.

import { crc32 } from 'node:zlib';
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { clip, clipNames } from '../clip.ts';
import { SkeinError } from '../errors.ts';
import { shellWord } from '../shell-word.ts';
import { damaged } from './damage.ts';
import { inflate, pieces, type Sink, type Unpacked } from './inflate.ts';
import { type RangeReader, readFailure } from './range-reader.ts';
import { NoCsv } from './sniff.ts';
import { isUrl, stemOf } from './source-name.ts';
import type { SpoolFile } from './spool-file.ts';

const STORED = 0;
const DEFLATE = 8;
/** APPNOTE 4.4.5, those that are met. */
const METHODS: Readonly<Record<number, string>> = { 9: 'Deflate64', 12: 'bzip2', 14: 'LZMA', 93: 'Zstandard', 95: 'XZ', 98: 'PPMd' };
/** Deflate makes no more of a byte. */
const MOST_UNPACKED_OF_PACKED = 1032;
/** They are all held, to be listed. */
const MOST_ENTRIES = 10_000;

interface Found {
  readonly name: string;
  readonly entry: Entry;
}

/** A CSV in an archive that is open. */
export interface ZippedCsv {
  /** As the archive has it, folders included: for people. */
  readonly name: string;
  /**
   * Unpack it into `spool`.
   *
   * @param onProgress how many bytes of the archive are done
   * @throws SkeinError `source` when it cannot be unpacked or is not whole, `destination` when there is no room
   */
  unpack(spool: SpoolFile, onProgress: (bytes: number) => void): Promise<void>;
}

/**
 * Find the CSVs in `packed`: at least one, in the order of their names.
 *
 * @throws SkeinError `source`, NoCsv when there is none, or when one of them is encrypted or packed by an unknown method
 */
export async function csvsIn(packed: RangeReader): Promise<ZippedCsv[]> {
  const zip = await believing(packed, () =>
    fromFdPromise(packed.fd, { decodeStrings: false, validateEntrySizes: false, autoClose: false }),
  );
  const found = theCsvs(packed.path, await believing(packed, () => list(packed.path, zip)));
  for (const { name, entry } of found) checkMethod(packed.path, name, entry);
  return found.map(({ name, entry }) => ({
    name: clip(name),
    unpack: (spool, onProgress) => unpackEntry(packed, zip, { name, entry }, spool, onProgress),
  }));
}

async function unpackEntry(
  packed: RangeReader,
  zip: ZipFile,
  { name, entry }: Found,
  spool: SpoolFile,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const label = `${packed.path} (in it ${clip(name)})`;
  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize > compressedSize * MOST_UNPACKED_OF_PACKED) {
    throw damaged(label, `it cannot be ${uncompressedSize} bytes of ${compressedSize}`);
  }
  await spool.expect(uncompressedSize);

  const { fileDataStart } = await believing(packed, () => zip.readLocalFileHeaderPromise(entry, { minimal: true }));
  const end = fileDataStart + compressedSize;
  const unpack = entry.compressionMethod === STORED ? copy : inflate;
  const before = spool.size;
  const found = await unpack(packed, fileDataStart, end, async (bytes, at) => {
    if (spool.size - before + bytes.length > uncompressedSize)
      throw damaged(label, `there is more of it than the ${uncompressedSize} bytes that it says`);
    await spool.write(bytes);
    onProgress(at);
  });
  if (found.bytes !== uncompressedSize) throw damaged(label, `there are ${found.bytes} bytes of it where it says ${uncompressedSize}`);
  if (found.end !== end) throw damaged(label, `it ends at byte ${found.end} of the archive, where it says ${end}`);
  if (found.crc !== entry.crc32) throw damaged(label, 'its checksum is not that of what is in it');
}

/** All files in the archive. */
async function list(path: string, zip: ZipFile): Promise<Found[]> {
  const found: Found[] = [];
  for await (const entry of zip.eachEntry()) {
    if (zip.entriesRead > MOST_ENTRIES)
      throw new SkeinError('source', `${path} holds more than ${MOST_ENTRIES} files. ${unpackIt(path, 'load the CSV')}`);
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
    if (!name.endsWith('/')) found.push({ name, entry });
  }
  return found;
}

/** The files that are meant: all CSVs, or the only file. */
function theCsvs(path: string, all: readonly Found[]): Found[] {
  if (all.some(({ name }) => name === '[Content_Types].xml')) {
    throw new NoCsv(`${path} is an Excel workbook or another office document. Save the sheet as CSV UTF-8, then load that.`);
  }
  // macOS puts one of its own beside each file.
  const files = all.filter(({ name }) => !/(^|\/)(__MACOSX\/|\._)/.test(name));
  const csvs = files.filter(({ name }) => /\.csv$/i.test(name));
  if (csvs.length > 0) return csvs.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (files.length === 1) return files;
  const names = clipNames(files.map(({ name }) => name));
  throw new NoCsv(`${path} holds no CSV file${files.length === 0 ? '' : `; it holds ${names}`}. Download the export again.`);
}

function checkMethod(path: string, name: string, entry: Entry): void {
  const { compressionMethod: method } = entry;
  const refuse = (why: string): SkeinError =>
    new SkeinError('source', `${path} holds ${clip(name)} ${why}. ${unpackIt(path, 'load what is in it')}`);
  if (entry.isEncrypted()) throw refuse('encrypted');
  if (method !== STORED && method !== DEFLATE) {
    throw refuse(`packed with ${METHODS[method] ?? `method ${method}`}, of which Skein knows Deflate and Stored only`);
  }
}

/** What to do with an archive by hand. */
export function unpackIt(path: string, then: string): string {
  return `Unpack it yourself and ${then}: unzip ${shellWord(isUrl(path) ? `${stemOf(path)}.zip` : path)}`;
}

async function copy(packed: RangeReader, start: number, end: number, sink: Sink): Promise<Unpacked> {
  let [at, crc] = [start, 0];
  for await (const piece of pieces(packed, start, end)) {
    at += piece.length;
    crc = crc32(piece, crc);
    await sink(piece, at);
  }
  return { end: at, bytes: at - start, crc };
}

/** Have the library read, which throws plain errors at what is not right. */
async function believing<Result>({ path }: RangeReader, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof SkeinError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== undefined) throw readFailure(path, cause);
    throw new SkeinError('source', `${path} is no whole zip archive: ${message}. Nothing was loaded of it. Download or copy it again.`, {
      cause,
    });
  }
}
