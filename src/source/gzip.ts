// Unpack a gzip file (RFC 1952): one member or several, one after the other.
//
// Input: an open file that begins as gzip does. Output: what is in it, in the
// spool. Invariant: every byte of the file is accounted for: it is part of a
// member whose length and checksum are right, or of the zeros that fill up a
// tape's last block.

import { damaged, endsEarly } from './damage.ts';
import { inflate, pieces } from './inflate.ts';
import type { RangeReader } from './range-reader.ts';
import type { SpoolFile } from './spool-file.ts';

/** RFC 1952, 2.3.1 */
const FLAG = { headerChecksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const FIXED_BYTES = 10;
const TRAILER_BYTES = 8;
const MAGIC = 0x1f8b;
const MAGIC_BYTES = 2;
/** A member's header has a file name in it, maybe a comment. */
const MOST_HEADER_BYTES = 64 << 10;
const LIKELY_HEADER_BYTES = 512;

/**
 * Unpack `packed` into `spool`.
 *
 * @param onProgress how many of its bytes are done
 * @throws SkeinError `source` when it is not whole, `destination` when there is no room
 */
export async function unpackGzip(packed: RangeReader, spool: SpoolFile, onProgress: (bytes: number) => void): Promise<void> {
  const { path, size } = packed;
  await spool.expect(await leastSize(packed));
  for (let at = 0; ; ) {
    const start = at + (await headerBytes(packed, at));
    const found = await inflate(packed, start, size, async (bytes, done) => {
      await spool.write(bytes);
      onProgress(done);
    });
    // With what follows it, so that a small member takes fewer reads.
    const trailer = await readView(packed, found.end, TRAILER_BYTES + MAGIC_BYTES);
    if (trailer.byteLength < TRAILER_BYTES) throw endsEarly(path, size);
    if (trailer.getUint32(0, true) !== found.crc) throw damaged(path, `the checksum at byte ${found.end} is not that of what is in it`);
    // The length is modulo 2^32.
    if (trailer.getUint32(4, true) !== found.bytes % 2 ** 32)
      throw damaged(path, `the length at byte ${found.end + 4} is not that of what is in it`);
    at = found.end + TRAILER_BYTES;
    const isFollowed = trailer.byteLength === TRAILER_BYTES + MAGIC_BYTES && trailer.getUint16(TRAILER_BYTES) === MAGIC;
    if (!isFollowed) return checkPadding(packed, at);
  }
}

/** What the last member says that it holds, modulo 2^32: if the file is whole, there is not less in it. */
async function leastSize(packed: RangeReader): Promise<number> {
  const length = await readView(packed, Math.max(0, packed.size - 4), 4);
  return length.byteLength < 4 ? 0 : length.getUint32(0, true);
}

/** @throws SkeinError `source` when from `start` on there is anything but zeros */
async function checkPadding(packed: RangeReader, start: number): Promise<void> {
  let at = start;
  for await (const piece of pieces(packed, start, packed.size)) {
    const stray = piece.findIndex((byte) => byte !== 0);
    if (stray >= 0) throw damaged(packed.path, `what begins at byte ${at + stray}, behind the packed data, is no gzip`);
    at += piece.length;
  }
}

/** Length of the header of the member at `at`. */
async function headerBytes(packed: RangeReader, at: number): Promise<number> {
  for (const most of [LIKELY_HEADER_BYTES, MOST_HEADER_BYTES]) {
    const length = lengthOfHeader(await readView(packed, at, most));
    if (length === 'unknown') throw damaged(packed.path, `the member at byte ${at} is packed in a way that is not known`);
    if (length !== undefined) return length;
  }
  throw endsEarly(packed.path, packed.size);
}

/** @returns undefined where it goes on past `header` */
function lengthOfHeader(header: DataView): number | 'unknown' | undefined {
  if (header.byteLength < FIXED_BYTES) return undefined;
  const flags = header.getUint8(3);
  if (header.getUint8(2) !== 8 || (flags & FLAG.reserved) !== 0) return 'unknown';
  let end = FIXED_BYTES;
  if (flags & FLAG.extra) {
    if (end + 2 > header.byteLength) return undefined;
    end += 2 + header.getUint16(end, true);
  }
  for (const flag of [FLAG.name, FLAG.comment]) {
    if (!(flags & flag)) continue;
    while (end < header.byteLength && header.getUint8(end) !== 0) end++;
    end++;
  }
  if (flags & FLAG.headerChecksum) end += 2;
  return end <= header.byteLength ? end : undefined;
}

/** Up to `length` bytes from `at` on. */
async function readView(packed: RangeReader, at: number, length: number): Promise<DataView> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, packed.size - at)));
  await packed.read(bytes, at);
  return new DataView(bytes.buffer);
}
