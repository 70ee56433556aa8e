// Tell whether a source still holds what it held, without reading it all.

import { createHash } from 'node:crypto';
import { RangeReader, type SourceIdentity } from './range-reader.ts';

const END_BYTES = 64 << 10;
const SAMPLES = 32;
const SAMPLE_BYTES = 4 << 10;

/** A hash of a file's head, its tail and samples evenly between; of all that was spooled, which is known already. */
export async function fingerprint(source: SourceIdentity): Promise<string> {
  if (source.spool !== undefined) return source.spool.hash;
  const reader = await RangeReader.open(source);
  try {
    const hash = createHash('sha256');
    const add = async (position: number, length: number): Promise<void> => {
      const bytes = new Uint8Array(Math.min(length, source.size - position));
      await reader.read(bytes, position);
      hash.update(bytes);
    };
    await add(0, END_BYTES);
    for (let i = 1; i < SAMPLES; i++) await add(Math.floor((source.size / SAMPLES) * i), SAMPLE_BYTES);
    await add(Math.max(0, source.size - END_BYTES), END_BYTES);
    return hash.digest('hex');
  } finally {
    await reader.close();
  }
}
