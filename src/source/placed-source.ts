// The sources of one run, end to end.
//
// The bytes of each begin where those of the one before it end, so that one
// number says where in a run a row is: of two rows, which comes first. People
// are told the offset within the source; everything between the command line and
// the bytes counts on from source to source.

import { firstIndex } from '../search.ts';
import { RangeReader, type SourceIdentity } from './range-reader.ts';

/** A source in its place. Crosses to the workers. */
export interface PlacedSource {
  /** Its number in the run, from 0. */
  readonly index: number;
  readonly identity: SourceIdentity;
  /** The offset of its first byte. */
  readonly start: number;
  /** The offset just past its last byte. */
  readonly end: number;
}

/** Put sources one after the other. */
export function placeSources(identities: readonly SourceIdentity[]): PlacedSource[] {
  let end = 0;
  return identities.map((identity, index) => {
    const start = end;
    end += identity.size;
    return { index, identity, start, end };
  });
}

/** The source that has a byte at `offset`. */
export function sourceAt(sources: readonly PlacedSource[], offset: number): PlacedSource {
  const source = sources[firstIndex(sources.length, (i) => (sources[i]?.end ?? 0) > offset)];
  if (source === undefined) throw new Error(`No source has a byte ${offset}`);
  return source;
}

export function identitiesOf(sources: readonly PlacedSource[]): SourceIdentity[] {
  return sources.map(({ identity }) => identity);
}

/** A source that is open, read at its offsets in the run. */
export class PlacedReader {
  readonly start: number;
  readonly end: number;
  readonly #reader: RangeReader;

  private constructor({ start, end }: PlacedSource, reader: RangeReader) {
    this.start = start;
    this.end = end;
    this.#reader = reader;
  }

  /** @throws SkeinError as `RangeReader.open` */
  static async open(source: PlacedSource): Promise<PlacedReader> {
    return new PlacedReader(source, await RangeReader.open(source.identity));
  }

  read(target: Uint8Array, position: number): Promise<void> {
    return this.#reader.read(target, position - this.start);
  }

  readSync(target: Uint8Array, position: number): void {
    this.#reader.readSync(target, position - this.start);
  }

  /** @throws SkeinError as `RangeReader.checkUnchanged` */
  checkUnchanged(): Promise<void> {
    return this.#reader.checkUnchanged();
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
