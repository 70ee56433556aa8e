// Split one row of CSV into cells, as byte spans, without copying a byte.
//
// Input: bytes and the offset of a row's first byte. Output: the spans of the
// row's cells and where the next row begins. The grammar is RFC 4180 with LF or
// CRLF line ends and any delimiter; a quote is special only as a cell's first
// byte, a lone CR is an ordinary byte.
//
// Invariant: what `scan` decides depends on the bytes of the row alone, at most
// MAX_ROW_BYTES of them, never on where a buffer happens to end. So any reader
// that starts at the same offset sees the same rows.

/** The longest row, its line end included. A longer one is malformed. */
export const MAX_ROW_BYTES = 1 << 20;

/** What `scan` found. The malformed kinds are the outcomes from UNCLOSED_QUOTE on. */
export const ROW = 0;
export const BLANK_LINE = 1;
/** The row goes on past the bytes at hand. */
export const NEEDS_MORE = 2;
export const UNCLOSED_QUOTE = 3;
export const TEXT_AFTER_QUOTE = 4;
export const ROW_TOO_LONG = 5;
export type ScanOutcome = 0 | 1 | 2 | 3 | 4 | 5;

/** Bits of a cell's flags. */
export const QUOTED = 1;
/** The cell holds doubled quotes, each of which stands for one. */
export const DOUBLED_QUOTES = 2;

/** A word that begins at any byte of a window, or at its limit, lies in its memory. */
const SLACK_BYTES = 8;

const LF = 10;
const CR = 13;
const QUOTE = 34;

/** The bytes that a scanner reads. */
export class ByteWindow {
  readonly bytes: Buffer;
  /** The same bytes, for comparing four at a time. */
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

/** Columns `[from, to)` whose cells tend to be those of the row before: an animal's identity. */
export interface SteadyColumns {
  readonly from: number;
  readonly to: number;
}

export class RowScanner {
  /** Cell `i` is `bytes[starts[i], ends[i])`, without its quotes. Valid until the next scan. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  /** How many cells the last row had. Those past `columnCount` are counted and not kept. */
  cellCount = 0;
  /** Offset of the next row's first byte; meaningless after NEEDS_MORE or a malformed row. */
  next = 0;
  /** The cells of the steady columns are, byte for byte, those of the row before. */
  steadyRepeats = false;

  readonly #columnCount: number;
  readonly #delimiter: number;
  readonly #steady: SteadyColumns;
  // The steady columns of the last whole row: their bytes, with the delimiter or
  // line end after them, and the same as words. The same bytes at the start of
  // the same column are the same cells.
  readonly #steadyBytes = new Uint8Array(1024);
  readonly #steadyWords = new Int32Array(this.#steadyBytes.buffer);
  #steadyLength = 0;
  readonly #steadyStarts: Int32Array;
  readonly #steadyEnds: Int32Array;
  readonly #steadyFlags: Uint8Array;

  /**
   * @param columnCount how many cells to keep
   * @param delimiter one byte below 128
   * @param steady columns that tend to repeat from row to row, if there are any
   */
  constructor(columnCount: number, delimiter: number, steady: SteadyColumns = { from: columnCount, to: columnCount }) {
    this.#columnCount = columnCount;
    this.#delimiter = delimiter;
    this.#steady = steady;
    this.starts = new Int32Array(columnCount);
    this.ends = new Int32Array(columnCount);
    this.flags = new Uint8Array(columnCount);
    this.#steadyStarts = new Int32Array(columnCount);
    this.#steadyEnds = new Int32Array(columnCount);
    this.#steadyFlags = new Uint8Array(columnCount);
  }

  /**
   * Scan the row that begins at `at`, which lies before `window.limit`.
   *
   * Hot: once a row, over every byte of the file. No allocation. The line feed
   * at `bytes[limit]` ends every unquoted run, so those loops check no bounds.
   */
  scan(window: ByteWindow, at: number): ScanOutcome {
    const { bytes, limit } = window;
    const delimiter = this.#delimiter;
    const columnCount = this.#columnCount;
    const steadyFrom = this.#steady.from;
    // Every byte above this is an ordinary one: a single compare passes over it.
    const highest = delimiter > LF ? delimiter : LF;
    const cap = Math.min(limit, at + MAX_ROW_BYTES);
    this.steadyRepeats = false;

    let column = 0;
    let position = at;
    for (;;) {
      if (column === steadyFrom && this.#repeatSteady(window, position, cap)) {
        column = this.#steady.to;
        position += this.#steadyLength;
        if (column === columnCount) {
          this.cellCount = column;
          this.next = position;
          return ROW;
        }
      }

      const start = position;
      let end: number;
      let flag = 0;
      if (bytes[position] === QUOTE && position < cap) {
        flag = QUOTED;
        position++;
        for (;;) {
          while (position < cap && bytes[position] !== QUOTE) position++;
          if (position >= cap) return this.#openAt(window, at);
          if (position + 1 >= cap || bytes[position + 1] !== QUOTE) break;
          flag = QUOTED | DOUBLED_QUOTES;
          position += 2;
        }
        end = position++;
        if (position >= cap && !(window.endsFile && position === limit)) return this.#cutAt(window, at);
        let byte = bytes[position]!;
        if (byte === CR && position < limit) {
          position++;
          if (position >= cap && !(window.endsFile && position === limit)) return this.#cutAt(window, at);
          if (position === limit) return TEXT_AFTER_QUOTE;
          byte = bytes[position]!;
          if (byte !== LF) return TEXT_AFTER_QUOTE;
        }
        if (byte !== delimiter && byte !== LF) return TEXT_AFTER_QUOTE;
        this.#keep(column++, start + 1, end, flag);
        if (byte === delimiter) {
          position++;
          continue;
        }
      } else {
        let byte: number;
        for (;;) {
          while (bytes[position]! > highest) position++;
          byte = bytes[position]!;
          if (byte === delimiter || byte === LF) break;
          position++;
        }
        if (byte === delimiter) {
          if (position >= cap) return ROW_TOO_LONG;
          this.#keep(column++, start, position, 0);
          position++;
          continue;
        }
        end = position;
        if (position < limit && position > start && bytes[position - 1] === CR) end--;
        this.#keep(column++, start, end, 0);
      }

      // `position` is at a line feed, or at the limit.
      if (position === limit) {
        if (!window.endsFile) return this.#cutAt(window, at);
        if (limit - at > MAX_ROW_BYTES) return ROW_TOO_LONG;
        this.next = limit;
      } else {
        if (position >= cap) return ROW_TOO_LONG;
        this.next = position + 1;
      }
      this.cellCount = column;
      if (column === 1 && end === at) return BLANK_LINE;
      if (column === columnCount && steadyFrom < columnCount && !this.steadyRepeats) this.#rememberSteady(window);
      return ROW;
    }
  }

  /** Compare the next row with none. */
  forgetSteady(): void {
    this.#steadyLength = 0;
  }

  #keep(column: number, start: number, end: number, flag: number): void {
    if (column >= this.#columnCount) return;
    this.starts[column] = start;
    this.ends[column] = end;
    this.flags[column] = flag;
  }

  /** The bytes ended, or the longest row did, inside quotes. */
  #openAt(window: ByteWindow, at: number): ScanOutcome {
    if (window.limit - at >= MAX_ROW_BYTES || window.endsFile) return UNCLOSED_QUOTE;
    return NEEDS_MORE;
  }

  /** The bytes ended, outside quotes, before the row did. */
  #cutAt(window: ByteWindow, at: number): ScanOutcome {
    return window.limit - at >= MAX_ROW_BYTES ? ROW_TOO_LONG : NEEDS_MORE;
  }

  /**
   * Take over the steady cells of the row before if the bytes at `position` are the same.
   *
   * Hot: once a row; it spares the byte loop half of a native export.
   */
  #repeatSteady(window: ByteWindow, position: number, cap: number): boolean {
    const length = this.#steadyLength;
    if (length === 0 || position + length > cap) return false;
    const { bytes, view } = window;
    const words = length >> 2;
    let offset = position;
    for (let i = 0; i < words; i++, offset += 4) {
      if (view.getInt32(offset, true) !== this.#steadyWords[i]) return false;
    }
    for (let i = words << 2; i < length; i++) {
      if (bytes[position + i] !== this.#steadyBytes[i]) return false;
    }
    for (let column = this.#steady.from; column < this.#steady.to; column++) {
      this.starts[column] = position + this.#steadyStarts[column]!;
      this.ends[column] = position + this.#steadyEnds[column]!;
      this.flags[column] = this.#steadyFlags[column]!;
    }
    this.steadyRepeats = true;
    return true;
  }

  #rememberSteady(window: ByteWindow): void {
    const { from, to } = this.#steady;
    const start = this.starts[from]! - (this.flags[from]! & QUOTED);
    const end = to < this.#columnCount ? this.starts[to]! - (this.flags[to]! & QUOTED) : this.next;
    const length = end - start;
    // A last row without a line end is no model for others; a very long run is not worth it.
    if (end === window.limit || length > this.#steadyBytes.length) {
      this.#steadyLength = 0;
      return;
    }
    this.#steadyLength = length;
    for (let i = 0; i < length; i++) this.#steadyBytes[i] = window.bytes[start + i]!;
    for (let column = from; column < to; column++) {
      this.#steadyStarts[column] = this.starts[column]! - start;
      this.#steadyEnds[column] = this.ends[column]! - start;
      this.#steadyFlags[column] = this.flags[column]!;
    }
  }
}
