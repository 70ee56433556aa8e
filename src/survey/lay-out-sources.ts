// What the headers of a run's files say, before a row is read: which files are
// exports, and what their columns become.

import { basename } from 'node:path';
import { type Header, readHeader } from '../csv/header.ts';
import { SkeinError } from '../errors.ts';
import { joinLayouts } from '../movebank/join-layouts.ts';
import { whyReferencesClash } from '../movebank/join-references.ts';
import type { Layout } from '../movebank/layout.ts';
import type { OpenSource } from '../source/open-source.ts';
import { type PlacedSource, placeSources } from '../source/placed-source.ts';
import type { SourceIdentity } from '../source/range-reader.ts';
import { SNIFF_BYTES } from '../source/sniff.ts';
import { aboutFiles, type FileWarning } from './file-warnings.ts';

const SHOWN_SENTENCES = 3;

/** A source whose header is read. */
export interface LaidOutSource extends PlacedSource {
  readonly header: Header;
  /** What its columns become. */
  readonly layout: Layout;
  /** By its columns: those of the run. */
  readonly columns: readonly number[];
}

export interface LaidOutSources {
  readonly sources: readonly LaidOutSource[];
  /** How many columns the run has. */
  readonly columnCount: number;
  /** Sentences about what the user may not expect. */
  readonly warnings: readonly string[];
}

/** What becomes of a file's columns, and what the user should know. */
export interface LaidOut {
  readonly layout: Layout;
  readonly warnings: readonly string[];
}

/**
 * Read the headers of all of `opened`, and settle what the files of one run must have in common. Of those that
 * were found in a folder or an archive, what is no export is passed over.
 *
 * @param layOut lays out the columns of one file, or says in words why that is not possible
 * @throws SkeinError `source`, which names the file, when a header cannot be used; `usage` when reference data cannot be written in one run
 */
export async function layOutSources(
  opened: readonly Pick<OpenSource, 'identity' | 'head' | 'isFound'>[],
  layOut: (header: Header, identity: SourceIdentity) => LaidOut | string | Promise<LaidOut | string>,
): Promise<LaidOutSources> {
  const warnings: FileWarning[] = [];
  const known: { identity: SourceIdentity; header: Header; layout: Layout }[] = [];
  const passedOver: { identity: SourceIdentity; why: string }[] = [];
  for (const { identity, head, isFound = false } of opened) {
    const header = readHeader(head, identity.size <= SNIFF_BYTES);
    const laidOut = typeof header === 'string' ? `${header}.` : await layOut(header, identity);
    if (typeof laidOut === 'string' || typeof header === 'string') {
      const why = String(laidOut);
      if (!isFound) throw new SkeinError('source', `${identity.path} ${why}`);
      passedOver.push({ identity, why });
      continue;
    }
    warnings.push(...laidOut.warnings.map((text) => ({ path: identity.path, text })));
    known.push({ identity, header, layout: laidOut.layout });
  }
  if (known.length === 0) throw noExport(passedOver.map(({ identity, why }) => `${identity.path} ${why}`));
  const clash = whyReferencesClash(known.map(({ layout }) => layout));
  if (clash !== undefined) throw new SkeinError('usage', clash);
  const joined = joinLayouts(known.map(({ layout }) => layout));
  const places = placeSources(known.map(({ identity }) => identity));
  const sources = places.map((place): LaidOutSource => {
    const [own, layout, columns] = [known[place.index], joined.layouts[place.index], joined.columns[place.index]];
    if (own === undefined || layout === undefined || columns === undefined) throw new Error(`Nothing is known of source ${place.index}`);
    return { ...place, header: own.header, layout, columns };
  });
  const joinedWith = new Set(known.map(({ layout }) => layout.reference?.file));
  const unread = passedOver
    .filter(({ identity }) => !joinedWith.has(basename(identity.path)))
    .map(({ identity, why }) => `${basename(identity.path)} was passed over: it ${why.replace(/; its columns are: .*/s, '')}`);
  return { sources, columnCount: joined.columnCount, warnings: [...unread, ...aboutFiles(warnings, places), ...joined.warnings] };
}

function noExport(sentences: readonly string[]): SkeinError {
  const more = sentences.length - SHOWN_SENTENCES;
  const shown = sentences.slice(0, SHOWN_SENTENCES).join(' ');
  return new SkeinError('source', `There is no export among them. ${shown}${more > 0 ? ` And ${more} more.` : ''}`);
}
