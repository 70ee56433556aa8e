// Pack an export in the ways in which exports are found packed.

import { buffer } from 'node:stream/consumers';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { ZipFile } from 'yazl';

/** RFC 1952, 2.3.1: flags of a member's header, and what they add to it. */
export function gzipMember(content: Uint8Array, flags: 0 | 2 | 4 | 8 | 14 | 16 | 30 = 0): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]);
  const extra = flags & 4 ? Buffer.from([4, 0, 1, 0, 2, 0]) : Buffer.alloc(0);
  const name = flags & 8 ? Buffer.from('export.csv\0') : Buffer.alloc(0);
  const comment = flags & 16 ? Buffer.from('x'.repeat(1000).concat('\0')) : Buffer.alloc(0);
  const checksum = flags & 2 ? Buffer.alloc(2) : Buffer.alloc(0);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([header, extra, name, comment, checksum, deflateRawSync(content), trailer]);
}

/** A file of many members, as `bgzip` or a log writer makes it. */
export function gzipMembers(content: Buffer, memberBytes: number): Buffer {
  const members: Buffer[] = [];
  for (let at = 0; at < content.length; at += memberBytes) members.push(gzipSync(content.subarray(at, at + memberBytes)));
  return Buffer.concat(members);
}

export interface ZippedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Stored, not packed. */
  readonly stored?: boolean;
  readonly zip64?: boolean;
}

export async function zip(files: readonly ZippedFile[]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const { name, content, stored = false, zip64 = false } of files) {
    // It takes no other characters' place, and is put right below: the library makes no unsafe names.
    archive.addBuffer(Buffer.from(content), name.replaceAll('..', '__'), { compress: !stored, forceZip64Format: zip64 });
  }
  archive.end({ forceZip64Format: files.some(({ zip64 }) => zip64), comment: '' });
  const bytes = await buffer(archive.outputStream as unknown as AsyncIterable<Buffer>);
  for (const { name } of files.filter((file) => file.name.includes('..'))) replaceAll(bytes, name.replaceAll('..', '__'), name);
  return bytes;
}

/** Where the fields of an archive's only or first entry are, in its local header and in the list at its end (APPNOTE 4.3.7, 4.3.12). */
const FIELDS = {
  flags: { local: 6, listed: 8, bytes: 2 },
  method: { local: 8, listed: 10, bytes: 2 },
  crc: { local: 14, listed: 16, bytes: 4 },
  packedSize: { local: 18, listed: 20, bytes: 4 },
  size: { local: 22, listed: 24, bytes: 4 },
} as const;

/** The archive with another value in a field of its first entry. */
export function withField(archive: Buffer, field: keyof typeof FIELDS, value: number): Buffer {
  const bytes = Buffer.from(archive);
  const { local, listed, bytes: length } = FIELDS[field];
  bytes.writeUIntLE(value, local, length);
  bytes.writeUIntLE(value, bytes.indexOf('PK\x01\x02', 0, 'latin1') + listed, length);
  return bytes;
}

function replaceAll(bytes: Buffer, from: string, to: string): void {
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at);
}
