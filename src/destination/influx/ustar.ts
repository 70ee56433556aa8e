// An archive of one file, as a server takes a shard.
//
// Format: POSIX ustar. A header of 512 bytes, numbers in octal ASCII with a NUL
// behind; the file, filled up with zeros to 512 bytes; two blocks of zeros.
// The checksum is the sum of the header's bytes, its own 8 taken for spaces.

const BLOCK_BYTES = 512;
const END_BYTES = 2 * BLOCK_BYTES;

/** What stands before the file. @param bytes how long it is, below 8 GiB */
export function ustarHeader(name: string, bytes: number): Uint8Array {
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, 'latin1');
  header.write('0000644\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(`${'0'.repeat(11)}\0`, 136, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** What stands behind a file of so many bytes. */
export function ustarEnd(bytes: number): Uint8Array {
  return new Uint8Array(((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES) + END_BYTES);
}
