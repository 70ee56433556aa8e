// What Grafana makes of a query before it sends it: its browser half puts the
// choices in, its server half the time range, the window and the bucket.

export interface Asked {
  readonly bucket: string;
  readonly from: string;
  readonly to: string;
  readonly windowPeriod: string;
  /** What is chosen, by variable; nothing means all. */
  readonly choices: Readonly<Record<string, string | readonly string[]>>;
}

/** The text that a data source is sent. */
export function asGrafana(query: string, { bucket, from, to, windowPeriod, choices }: Asked): string {
  return query
    .replaceAll(/\$\{(\w+)(:regex)?\}/g, (_, name: string, regex?: string) => {
      const chosen = choices[name] ?? '.*';
      if (regex === undefined || chosen === '.*') return String(chosen);
      const values = [chosen].flat().map((value) => value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&'));
      return values.length === 1 ? `${values[0]}` : `(${values.join('|')})`;
    })
    .replaceAll('v.timeRangeStart', from)
    .replaceAll('v.timeRangeStop', to)
    .replaceAll('v.windowPeriod', windowPeriod)
    .replaceAll('v.defaultBucket', `"${bucket}"`);
}
