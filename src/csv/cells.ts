// The cells of one row, as byte spans and what was seen of each on the way.

/** Bits of a cell's flags. `QUOTED` is 1: so many bytes stand between a cell's first delimiter and its first byte. */
export const QUOTED = 1;
/** The cell holds doubled quotes, each of which stands for one. */
export const DOUBLED_QUOTES = 2;
/** The cell reads `-?digits`. A bare one that CRLF follows may do so without this bit. */
export const WHOLE_NUMBER = 4;
/** The cell reads `-?digits.digits`, as above. */
export const DECIMAL_NUMBER = 8;

/** Cell `i` is `bytes[starts[i], ends[i])`, without its quotes. */
export interface Cells {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
}
