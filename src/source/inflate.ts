// Unpack one Deflate stream (RFC 1951), of a gzip member or a zip entry.
//
// zlib unpacks in a thread of its own, while this one sums, hashes and writes
// what came before: together no more CPU time than `zcat` takes.

import { Readable } from 'node:stream';
import { crc32, createInflateRaw, type InflateRaw, inflateRawSync } from 'node:zlib';
import { damaged, endsEarly } from './damage.ts';
import type { RangeReader } from './range-reader.ts';

/** What is unpacked at once: 1 MiB takes two thirds of the CPU time of 64 KiB. */
const UNPACKED_BYTES = 1 << 20;
/** Packed bytes read at once. */
const PACKED_BYTES = 512 << 10;
/** What ends within so many packed bytes is unpacked at once, without a stream: there are files of very many small members. */
const SMALL_PACKED_BYTES = 32 << 10;
const SMALL_BYTES = 1 << 20;

/** What was found in a stream, to be held against what its container says. */
export interface Unpacked {
  /** Offset just past the stream. */
  readonly end: number;
  readonly bytes: number;
  readonly crc: number;
}

/** Takes unpacked bytes, in order. @param at how far the packed ones are read */
export type Sink = (bytes: Uint8Array, at: number) => Promise<void>;

/**
 * Unpack the stream that begins at `start`.
 *
 * @param end where it has to end, at the latest
 * @throws SkeinError `source` when it is damaged or goes on past `end`
 */
export async function inflate(packed: RangeReader, start: number, end: number, sink: Sink): Promise<Unpacked> {
  return (await inflateSmall(packed, start, end, sink)) ?? inflateStream(packed, start, end, sink);
}

/** @returns undefined where it is not small, or not right */
async function inflateSmall(packed: RangeReader, start: number, end: number, sink: Sink): Promise<Unpacked | undefined> {
  const piece = new Uint8Array(Math.min(SMALL_PACKED_BYTES, end - start));
  await packed.read(piece, start);
  const small = tryInflate(piece);
  if (small === undefined) return undefined;
  const { buffer, engine } = small;
  await sink(buffer, start + engine.bytesWritten);
  return { end: start + engine.bytesWritten, bytes: buffer.length, crc: crc32(buffer) };
}

function tryInflate(piece: Uint8Array): { buffer: Buffer; engine: InflateRaw } | undefined {
  try {
    return inflateRawSync(piece, { info: true, maxOutputLength: SMALL_BYTES }) as unknown as { buffer: Buffer; engine: InflateRaw };
  } catch {
    // The stream says what is wrong, if anything is.
    return undefined;
  }
}

async function inflateStream(packed: RangeReader, start: number, end: number, sink: Sink): Promise<Unpacked> {
  const source = Readable.from(pieces(packed, start, end), { highWaterMark: 1 });
  const inflater = createInflateRaw({ chunkSize: UNPACKED_BYTES });
  source.on('error', (error) => inflater.destroy(error)).pipe(inflater);
  let [bytes, crc] = [0, 0];
  try {
    for await (const piece of inflater as AsyncIterable<Buffer>) {
      bytes += piece.length;
      crc = crc32(piece, crc);
      await sink(piece, start + inflater.bytesWritten);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw endsEarly(packed.path, end);
    if (code?.startsWith('Z_')) throw damaged(packed.path, `${message}, after byte ${start + inflater.bytesWritten}`, error);
    throw error;
  } finally {
    source.destroy();
    inflater.destroy();
  }
  return { end: start + inflater.bytesWritten, bytes, crc };
}

/** The bytes of a range as they are. */
export async function* pieces(file: RangeReader, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const piece = new Uint8Array(Math.min(PACKED_BYTES, end - at));
    await file.read(piece, at);
    at += piece.length;
    yield piece;
  }
}
