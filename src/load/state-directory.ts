// Where a run into a server keeps its state.

import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../destination/destination.ts';
import type { SourceIdentity } from '../source/range-reader.ts';

/** The same for the same sources and destination. What is no file, a URL or a pipe, is known by its content. */
export function stateDirectory(sources: readonly SourceIdentity[], target: Target): string {
  const base = process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  const known = sources.map(({ path, spool, mtimeMs }) => (spool !== undefined && mtimeMs === 0 ? [path, spool.hash] : [path]));
  const identity = JSON.stringify([known, describeTarget(target)]);
  return join(base, 'skein', createHash('sha256').update(identity).digest('hex').slice(0, 16));
}

/** The destination in words, without secrets. */
export function describeTarget(target: Target): string {
  return target.kind === 'directory' ? target.path : `${target.url}, bucket ${target.bucket}`;
}
