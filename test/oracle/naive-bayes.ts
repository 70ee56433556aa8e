// The naive Bayes classifier, plainly: what the query `classifier` must guess for each fix. Nothing comes from src.

import { groupBy, kmBetween, type Place } from './query-answers.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

export interface Guess {
  individual: string;
  timeMs: number;
  class: string;
  guess: string;
}

interface Example {
  place: Place;
  class: string;
  /** Month, latitude band, longitude band, class of speed. */
  features: number[];
}

/** Learn from the fixes of even weeks since 1970, and guess the class of those of odd weeks. */
export function guesses(fixes: readonly Place[][], classOf: (place: Place) => string, latBand: number, lonBand: number): Guess[] {
  const examples = fixes.flatMap((own) =>
    own.slice(1).map((place, i): Example => {
      const kmPerHour = kmBetween(own[i]!, place) / ((place.timeMs - own[i]!.timeMs) / HOUR_MS);
      const speed = [1, 10, 40].filter((limit) => kmPerHour >= limit).length;
      const month = new Date(place.timeMs).getUTCMonth() + 1;
      return {
        place,
        class: classOf(place),
        features: [month, Math.floor(place.lat / latBand), Math.floor(place.lon / lonBand), speed],
      };
    }),
  );
  const isLearned = ({ place }: Example): boolean => Math.trunc(place.timeMs / WEEK_MS) % 2 === 0;
  const learned = examples.filter(isLearned);
  const possible = [12, Math.ceil(180 / latBand), Math.ceil(360 / lonBand), 4];
  const classes = [...groupBy(learned, (example) => example.class)].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const scoreIn = (own: readonly Example[], features: readonly number[]): number =>
    features.reduce(
      (score, value, i) => {
        const same = own.filter((example) => example.features[i] === value).length;
        return score + Math.log((same + 1) / (own.length + possible[i]!));
      },
      Math.log(own.length / learned.length),
    );
  const known = new Map<string, string>();
  const guess = (features: readonly number[]): string => {
    const key = String(features);
    if (!known.has(key)) {
      const scored = classes.map(([name, own]) => ({ name, score: scoreIn(own, features) }));
      known.set(key, scored.reduce((best, one) => (one.score > best.score ? one : best)).name);
    }
    return known.get(key)!;
  };
  return examples
    .filter((example) => !isLearned(example))
    .map(({ place, class: own, features }) => ({ individual: place.individual, timeMs: place.timeMs, class: own, guess: guess(features) }));
}
