// The replay's worker half: send the batches of one part as they lie.
//
// A batch is unpacked only where it must be: when the server found bodies of
// its size too large, or refused some of its lines.

import { gunzipSync, gzipSync } from 'node:zlib';
import type { Batch, DestinationWriter, PartMember, RefusedLine } from '../destination/destination.ts';
import type { RunGauge } from '../destination/run-gauge.ts';
import { SkeinError } from '../errors.ts';
import { RangeReader } from '../source/range-reader.ts';
import { EMPTY_BOOKS } from './books.ts';
import { ChunkSends } from './chunk-sends.ts';
import type { LoadedChunk, RowRange } from './load-chunk.ts';
import { BytePacker } from './packed-bytes.ts';
import type { ReadyPart } from './ready-parts.ts';
import type { RejectedRows } from './reject-collector.ts';
import type { SendQueue } from './send-queue.ts';

const LF = 10;
const GZIP_LEVEL = 1;
const GZIP_MAGIC = [0x1f, 0x8b];
/** Of a gzip member's end, its length unpacked, in 32 bits. RFC 1952, 2.3.1. */
const ISIZE_BYTES = 4;

/** A line that the server refused. */
interface Refusal {
  /** Its number in the part, from 1. */
  readonly line: number;
  readonly message: string;
  /** With its line end. */
  readonly bytes: Uint8Array;
}

export class PartReplayer {
  readonly #destination: DestinationWriter;
  readonly #queue: SendQueue;
  readonly #gauge: RunGauge;

  constructor(destination: DestinationWriter, queue: SendQueue, gauge: RunGauge) {
    this.#destination = destination;
    this.#queue = queue;
    this.#gauge = gauge;
  }

  /**
   * Send every batch of `part`.
   *
   * @throws SkeinError `source` when the part is not what its manifest says, or changes meanwhile
   */
  async replay(part: ReadyPart): Promise<LoadedChunk> {
    const file = await RangeReader.open(part.file);
    try {
      return await this.#replay(part, file);
    } catch (error) {
      const isUnpacking = (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
      throw isUnpacking ? damaged(part, error) : error;
    } finally {
      await file.close();
    }
  }

  async #replay(part: ReadyPart, file: RangeReader): Promise<LoadedChunk> {
    const sink = this.#destination.openChunk(part.index);
    const sends = new ChunkSends(sink, this.#queue);
    const refusals: Refusal[] = [];
    let lines = 0;
    try {
      for (const member of part.members) {
        for (const batch of this.#batches(await readMember(part, member, file), member)) {
          await this.#queue.slot();
          if (sends.failed) break;
          const first = lines;
          lines += batch.lines;
          sends.begin(batch, [part.rowsBefore + first + 1, part.rowsBefore + lines], (refused) => {
            for (const refusal of refusalsOf(batch, refused, first)) refusals.push(refusal);
          });
        }
      }
    } catch (error) {
      await sends.settle().catch(() => {});
      throw error;
    }

    const failure = await sends.settle();
    await file.checkUnchanged();
    if (failure === undefined) await sink.finish();
    const rest: RowRange[] = lines < part.rows ? [[part.rowsBefore + lines + 1, part.rowsBefore + part.rows]] : [];
    return {
      index: part.index,
      books: { ...EMPTY_BOOKS, rows: part.rows, points: part.rows - refusals.length, rejected: refusals.length },
      rejects: asRejects(part, refusals),
      mendedText: [],
      part: undefined,
      expected: undefined,
      failure: failure && { ...failure, unwritten: [...failure.unwritten, ...rest] },
    };
  }

  /** A member as it lies, or in pieces where bodies of its size are too large for the server. */
  *#batches(body: Uint8Array, { lines, bytes, firstMs, lastMs }: PartMember): Generator<Batch> {
    const most = this.#gauge.batchLines;
    if (lines <= most) {
      yield { body, lines, bytes, firstMs, lastMs };
      return;
    }
    const text = gunzipSync(body);
    for (let line = 0, start = 0; line < lines; line += most) {
      const count = Math.min(most, lines - line);
      const end = afterLines(text, start, count);
      const piece = text.subarray(start, end);
      yield { body: gzipSync(piece, { level: GZIP_LEVEL }), lines: count, bytes: piece.length, firstMs, lastMs };
      start = end;
    }
  }
}

/** The compressed bytes of `member`, which are at least not those of something else. */
async function readMember(part: ReadyPart, member: PartMember, file: RangeReader): Promise<Uint8Array> {
  const body = Buffer.alloc(member.length);
  await file.read(body, member.offset);
  const isGzip = body.length > GZIP_MAGIC.length + ISIZE_BYTES && GZIP_MAGIC.every((byte, i) => body[i] === byte);
  if (!isGzip || body.readUInt32LE(body.length - ISIZE_BYTES) !== member.bytes % 2 ** 32) throw damaged(part);
  return body;
}

function damaged({ file }: ReadyPart, cause?: unknown): SkeinError {
  return new SkeinError('source', `${file.path} is damaged: it does not hold what its manifest says. Load the export again with --fresh.`, {
    cause,
  });
}

/** @param linesBefore of the part, before the batch */
function refusalsOf({ body }: Batch, refused: readonly RefusedLine[], linesBefore: number): Refusal[] {
  if (refused.length === 0) return [];
  const text = gunzipSync(body);
  let [at, start] = [0, 0];
  return refused
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, message }) => {
      start = afterLines(text, start, line - at);
      at = line;
      return { line: linesBefore + line + 1, message, bytes: text.subarray(start, afterLines(text, start, 1)) };
    });
}

/** In the order of the part, whatever order they were refused in. */
function asRejects({ name }: ReadyPart, refusals: readonly Refusal[]): RejectedRows {
  const [bytes, reasons] = [new BytePacker(), new BytePacker()];
  for (const refusal of refusals.toSorted((a, b) => a.line - b.line)) {
    bytes.append(refusal.bytes);
    reasons.append(Buffer.from(`${name},${refusal.line},"${refusal.message.replaceAll('"', '""')}"\n`));
  }
  return { bytes: bytes.take(), reasons: reasons.take() };
}

/** Where in `text` the line begins that is `count` lines after the one at `start`. */
function afterLines(text: Uint8Array, start: number, count: number): number {
  let at = start;
  for (let i = 0; i < count; i++) {
    const end = text.indexOf(LF, at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}
