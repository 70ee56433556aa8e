// The bytes that a scanner reads: a piece of a file, with a line feed after it.

/** A word that begins at any byte of a window, or at its limit, lies in its memory. */
const SLACK_BYTES = 8;

const LF = 10;

export class ByteWindow {
  readonly bytes: Buffer;
  /** The same bytes, for reading and comparing four at a time. */
  readonly view: DataView;
  /** Just past the last byte that counts. `bytes[limit]` is a line feed: set both with `endAt`. */
  limit = 0;
  /** `limit` is where the file ends. */
  endsFile = false;

  /** @param capacity how many bytes it can hold */
  constructor(capacity: number) {
    // Room for the line feed at the limit and for reads of a whole word there. Pages never touched cost nothing.
    this.bytes = Buffer.allocUnsafeSlow(capacity + SLACK_BYTES);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    this.endAt(0, false);
  }

  /** A window over a copy of `bytes`, which are the whole of a file. */
  static over(bytes: Uint8Array): ByteWindow {
    const window = new ByteWindow(bytes.length);
    window.bytes.set(bytes);
    window.endAt(bytes.length, true);
    return window;
  }

  get capacity(): number {
    return this.bytes.length - SLACK_BYTES;
  }

  endAt(limit: number, endsFile: boolean): void {
    this.limit = limit;
    this.endsFile = endsFile;
    this.bytes[limit] = LF;
  }
}
