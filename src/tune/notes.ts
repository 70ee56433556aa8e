// What a user should know of what a tune found.

import type { Found, Outcome } from './search.ts';
import type { Settings } from './settings.ts';
import { isSlower } from './told-apart.ts';

const DAY_SECONDS = 86_400;
const NAMES: Readonly<Record<keyof Settings, string>> = {
  inFlight: 'batches in flight',
  batchLines: 'lines in a batch',
  shardGroupSeconds: 'the length of shard groups',
};

export interface Tuned {
  readonly found: Found;
  readonly defaults: Settings;
  /** Batches that had to be sent again. */
  readonly triedAgain: number;
  /** Name and shard groups of the bucket that the user means, where they are known. */
  readonly bucket: { readonly name: string; readonly shardGroupSeconds: number } | undefined;
}

export function notesOn({ found, defaults, triedAgain, bucket }: Tuned): string[] {
  const undecided = found.outcomes.filter(({ best }) => best === undefined).map(({ setting }) => NAMES[setting]);
  return [
    ...(undecided.length > 0
      ? [`There was no time to compare often enough: ${undecided.join(', ')}. There the defaults stay; try longer with --seconds.`]
      : []),
    ...(found.verdict === 'no time to confirm'
      ? ['There was no time to hold what was best one by one against the defaults, so they stay: try longer with --seconds.']
      : []),
    ...(found.verdict === 'defaults held'
      ? ['What was best one by one was worse than the defaults when it was held against them, so they stay.']
      : []),
    ...(triedAgain > 0 ? [`The server had too much to do now and then: ${triedAgain} batches had to be sent again.`] : []),
    ...shardGroupNotes(found, defaults, bucket),
  ];
}

/** No flag sets them: a load chooses them for a bucket that it makes. */
function shardGroupNotes({ settings, outcomes }: Found, defaults: Settings, bucket: Tuned['bucket']): string[] {
  const notes: string[] = [];
  const days = (seconds: number): string => `${Math.round(seconds / DAY_SECONDS)} days`;
  const chosen = defaults.shardGroupSeconds;
  if (settings.shardGroupSeconds !== chosen) {
    notes.push(
      `A bucket with shard groups of ${days(settings.shardGroupSeconds)} is faster than one of ${days(chosen)}, which --create-bucket chooses for these times. Make the bucket yourself then, without --create-bucket.`,
    );
  }
  const own = triedOf(outcomes, 'shardGroupSeconds').find(({ value }) => value === bucket?.shardGroupSeconds);
  if (bucket !== undefined && own !== undefined && isSlower(own.comparison)) {
    notes.push(
      `The bucket ${bucket.name} has shard groups of ${days(own.value)}, with which the server takes ${own.comparison.median.toFixed(2)} of what it takes with ${days(settings.shardGroupSeconds)}. A bucket that --create-bucket makes has better ones.`,
    );
  }
  return notes;
}

function triedOf(outcomes: readonly Outcome[], setting: keyof Settings): Outcome['tried'] {
  return outcomes.find((outcome) => outcome.setting === setting)?.tried ?? [];
}
