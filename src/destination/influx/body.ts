// Read the body of an answer: its beginning, or all of it line by line.

/** Of a body that is for people, or an error's, no more is read: servers echo what they were sent. */
const BEGINNING_BYTES = 4096;

/** The first few KB of a body as text, and whether it goes on. The rest is not read. */
export async function beginningOf(body: AsyncIterable<unknown>): Promise<{ text: string; isCut: boolean }> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece as Uint8Array);
    bytes += (piece as Uint8Array).length;
    if (bytes > BEGINNING_BYTES) break;
  }
  return { text: Buffer.concat(pieces).subarray(0, BEGINNING_BYTES).toString('utf8'), isCut: bytes > BEGINNING_BYTES };
}

/** The lines of a body, without those that are empty. Only a line feed ends one. */
export async function* linesIn(body: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of body) {
    const lines = (rest + decoder.decode(piece as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
