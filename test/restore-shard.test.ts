// The two calls that shards take into an InfluxDB 2: its metadata, out of an
// answer that holds every token too, and a file, as an archive of one.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partNamed } from '../src/destination/influx/multipart.ts';
import { restoreShard } from '../src/destination/influx/restore-shard.ts';
import { ustarEnd, ustarHeader } from '../src/destination/influx/ustar.ts';
import { type StandIn, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { temporaryDirectory } from './support/skein.ts';

const MOST_BYTES = 1 << 20;

async function* inPieces(body: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts, body.length].sort((a, b) => a - b)) {
    yield body.subarray(from, cut);
    from = cut;
  }
}

describe('a part of a multipart answer', () => {
  const boundary = 'abcdef';
  const bodyOf = (parts: readonly (readonly [name: string, content: string])[]): Buffer =>
    Buffer.from(
      `${parts.map(([name, content]) => `--${boundary}\r\nContent-Disposition: attachment; name="${name}"\r\n\r\n${content}\r\n`).join('')}--${boundary}--\r\n`,
    );

  it('is found however the answer is cut, and whatever the others hold', async () => {
    const text = fc.array(fc.constantFrom('\r', '\n', '-', boundary, 'name="buckets"', 'x')).map((pieces) => pieces.join(''));
    const noDelimiter = text.filter((content) => !`\r\n${content}\r\n`.includes(`\r\n--${boundary}`));
    await fc.assert(
      fc.asyncProperty(noDelimiter, noDelimiter, fc.array(fc.nat(400)), async (other, wanted, cuts) => {
        const body = bodyOf([
          ['kv', other],
          ['buckets', wanted],
          ['last', other],
        ]);
        const within = cuts.filter((cut) => cut < body.length);
        expect(String(await partNamed(inPieces(body, within), boundary, 'buckets', MOST_BYTES))).toBe(wanted);
      }),
    );
  });

  it('is not there when the answer ends before it does, or when it is too long', async () => {
    const body = bodyOf([
      ['kv', 'x'],
      ['buckets', 'content'],
    ]);
    expect(await partNamed(inPieces(body.subarray(0, body.indexOf('tent')), []), boundary, 'buckets', MOST_BYTES)).toBeUndefined();
    expect(await partNamed(inPieces(body, []), boundary, 'buckets', 6)).toBeUndefined();
    expect(await partNamed(inPieces(body, []), boundary, 'none', MOST_BYTES)).toBeUndefined();
  });
});

describe('an archive of one file', () => {
  it.each([1, 511, 512, 513, 100_000])('is one that tar reads, of %i bytes', (bytes) => {
    const content = Buffer.alloc(bytes, 'x');
    const archive = Buffer.concat([ustarHeader('000000100-000000001.tsm', bytes), content, ustarEnd(bytes)]);
    const path = join(temporaryDirectory(), 'archive.tar');
    writeFileSync(path, archive);
    expect(execFileSync('tar', ['-tf', path]).toString()).toBe('000000100-000000001.tsm\n');
    expect(execFileSync('tar', ['-xOf', path])).toEqual(content);
  });
});

describe('a server that a file is handed to', () => {
  let server: StandIn;
  beforeEach(async () => {
    server = await startStandIn(['old']);
  });
  afterEach(() => server.close());

  const checksum = crc32(Buffer.alloc(1000));
  const handOver = (content: Buffer, silenceMs: number): Promise<void> => {
    const path = join(temporaryDirectory(), 'shard.tsm');
    writeFileSync(path, content);
    const to = { url: server.url, token: TOKEN, headers: { authorization: `Token ${TOKEN}` } };
    return restoreShard(to, 1, { path, bytes: 1000, name: '000000100-000000001.tsm', checksum }, { silenceMs });
  };

  it('is given up when it says nothing for long, with what to do', async () => {
    server.uploadFault = () => 'hang';
    await expect(handOver(Buffer.alloc(1000), 300)).rejects.toThrow(
      /did not answer for 0 s\. Start it again, and then run the same command/,
    );
  });

  it('is not blamed for a file that is cut off', async () => {
    await expect(handOver(Buffer.alloc(999), 5000)).rejects.toThrow('is not as it was written (it is cut off)');
  });

  it('gets no whole file that is another than the one that was checked', async () => {
    let taken = 0;
    server.uploadFault = () => {
      taken++;
      return undefined;
    };
    const changed = Buffer.alloc(1000);
    changed[500] = 1;
    await expect(handOver(changed, 5000)).rejects.toThrow('is not as it was written (it has changed since it was checked)');
    expect(taken).toBe(0);
  });
});
