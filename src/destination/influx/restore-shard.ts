// Hand a finished TSM file to a shard, through the server's call for restoring.
//
// The server answers 200 also when it could not use the file or had no room for
// it (2.9.1), so an answer proves nothing: count afterwards. A second file of
// the same name takes the place of the first. Invariant, the caller's: one file
// at a time for a shard.

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { request } from 'undici';
import { SkeinError } from '../../errors.ts';
import { whyNoAnswer } from './ask.ts';
import { beginningOf } from './body.ts';
import { Unanswered } from './questions.ts';
import { serverMessage } from './sentences.ts';
import { below, type Server } from './server.ts';
import { agentOf } from './tls.ts';
import { ustarEnd, ustarHeader } from './ustar.ts';

const PIECE_BYTES = 1 << 20;
/** A server takes in 100,000 series in 4 s and syncs 2 GB to a slow disk in a minute. */
const SILENCE_MS = 180_000;

export interface FinishedFile {
  readonly path: string;
  readonly bytes: number;
  /** As the server is to call it: generation and sequence, nine digits each. */
  readonly name: string;
  /** CRC-32 of the whole file, as it was when it was checked. */
  readonly checksum: number;
}

export interface RestoreOptions {
  /** Told of bytes as they leave. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** How long the server may take no byte and say no word; default 3 minutes. */
  readonly silenceMs?: number | undefined;
}

/** What is on the disk is not what was checked. */
class FileFault extends Error {}

/** The server took no byte and said no word for long: this shard takes no further file until it is started again. */
export class ShardHangs extends SkeinError {}

/**
 * Hand over one file.
 *
 * @throws Unanswered when it may go better another time; ShardHangs; SkeinError `destination`
 */
export async function restoreShard(server: Server, shard: number, file: FinishedFile, options: RestoreOptions = {}): Promise<void> {
  const { silenceMs = SILENCE_MS, onBytes } = options;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  let readFailure: unknown;
  async function* archive(): AsyncGenerator<Uint8Array> {
    const end = ustarEnd(file.bytes);
    yield ustarHeader(file.name, file.bytes);
    let left = file.bytes;
    let checksum = 0;
    try {
      for await (const piece of createReadStream(file.path, { highWaterMark: PIECE_BYTES, end: file.bytes - 1 })) {
        timer.refresh();
        left -= (piece as Buffer).length;
        checksum = crc32(piece as Buffer, checksum);
        // Without its end the server makes nothing of it.
        if (left === 0 && checksum !== file.checksum) throw new FileFault('it has changed since it was checked');
        yield piece as Buffer;
        onBytes?.((piece as Buffer).length);
      }
      if (left > 0) throw new FileFault('it is cut off');
    } catch (error) {
      readFailure ??= error;
      throw error;
    }
    timer.refresh();
    yield end;
  }
  try {
    const { statusCode, body } = await request(new URL(server.url).origin + below(server, `/api/v2/restore/shards/${shard}`), {
      method: 'POST',
      headers: {
        ...server.headers,
        'content-type': 'application/octet-stream',
        'content-length': String(ustarHeader(file.name, file.bytes).length + file.bytes + ustarEnd(file.bytes).length),
      },
      body: Readable.from(archive(), { objectMode: false }),
      dispatcher: agentOf(server.ca),
      // The timer is about both ways.
      headersTimeout: 0,
      bodyTimeout: 0,
      signal: silence.signal,
    });
    const said = serverMessage(server, (await beginningOf(body)).text);
    if (statusCode >= 500 || statusCode === 429 || statusCode === 408) throw new Unanswered(server.url, `status ${statusCode}: ${said}`);
    if (statusCode >= 300) throw new SkeinError('destination', refusalSentence(server, statusCode, said));
  } catch (error) {
    if (error instanceof SkeinError) throw error;
    if (silence.signal.aborted) {
      throw new ShardHangs(
        'destination',
        `${server.url} took nothing more of ${file.path} for its shard ${shard} and did not answer for ${Math.round(silenceMs / 1000)} s. Start it again, and then run the same command: it goes on from here.`,
        { cause: error },
      );
    }
    if (readFailure !== undefined && isOfFile(readFailure)) {
      throw new SkeinError(
        'destination',
        `${file.path} is not as it was written (${(readFailure as Error).message}). Add --fresh to load the export again.`,
        { cause: error },
      );
    }
    throw new Unanswered(server.url, whyNoAnswer(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** A broken connection ends the reading too, with an error of its own. */
function isOfFile(error: unknown): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === 'read' || syscall === 'open' || error instanceof FileFault;
}

function refusalSentence({ url }: Server, status: number, said: string): string {
  if (status === 413) {
    return `${url}, or a proxy before it, takes no body as large as a shard (status 413). Let it take larger ones, or load without --via shards.`;
  }
  return `${url} refused a shard with status ${status}${said === '' ? '' : `: ${said}`}.`;
}
