// Take one part out of a multipart answer, and let the others stream by.
//
// Format: RFC 2046, 5.1. Each part begins with CRLF, two hyphens and the
// boundary, a line end, headers, and an empty line; it ends where the next
// begins. Invariant: of a part that is not wanted no more is held than one piece
// of the stream.

const HEAD_END = '\r\n\r\n';
const MOST_HEAD_BYTES = 8192;

/**
 * The content of the part whose Content-Disposition has this name.
 *
 * @param mostBytes of it
 * @returns undefined when there is none, or a longer one
 */
export async function partNamed(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  name: string,
  mostBytes: number,
): Promise<Buffer | undefined> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const wanted = new RegExp(`^content-disposition:.*\\bname="${name}"`, 'im');
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let inside: 'head' | 'wanted' | 'other' = 'other';
  // As if a line had ended before: the first part begins with the body.
  let held = Buffer.from('\r\n');
  for await (const piece of body) {
    held = Buffer.concat([held, piece]);
    for (;;) {
      if (inside === 'head') {
        const end = held.indexOf(HEAD_END);
        if (end < 0 && held.length > MOST_HEAD_BYTES) return undefined;
        if (end < 0) break;
        inside = wanted.test(held.toString('latin1', 0, end)) ? 'wanted' : 'other';
        held = held.subarray(end + HEAD_END.length);
        continue;
      }
      const end = held.indexOf(delimiter);
      // The beginning of a delimiter may be at the end of what has come.
      const taken = end < 0 ? Math.max(0, held.length - delimiter.length + 1) : end;
      if (inside === 'wanted') {
        keptBytes += taken;
        if (keptBytes > mostBytes) return undefined;
        kept.push(Buffer.from(held.subarray(0, taken)));
        if (end >= 0) return Buffer.concat(kept);
      }
      held = held.subarray(end < 0 ? taken : end + delimiter.length);
      if (end < 0) break;
      inside = 'head';
    }
  }
  return undefined;
}
