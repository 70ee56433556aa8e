// What a server on this machine has used of the CPU. On Linux; elsewhere, and of
// a server elsewhere or of another user's, it is not known.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTENING = '0A';
/** Of the times in /proc, on every Linux. */
const TICKS_PER_SECOND = 100;

/** Seconds since the server at `url` was started; NaN where that is not known. */
export function serverCpuSeconds(url: string): number {
  const pid = listenerOn(Number(new URL(url).port));
  if (pid === undefined) return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The fields after the name, which may hold spaces, begin with the third.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** The process that has a socket of one of the inodes that listen there. */
function listenerOn(port: number): string | undefined {
  const sockets = new Set([...inodesOn(port)].map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  return readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && linksOf(`/proc/${pid}/fd`).some((link) => sockets.has(link)));
}

function* inodesOn(port: number): Generator<string> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of textOf(table).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (local.endsWith(`:${hex}`) && state === LISTENING) yield inode;
    }
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function linksOf(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => readlinkSync(`${directory}/${name}`));
  } catch {
    // Another user's, or gone.
    return [];
  }
}
