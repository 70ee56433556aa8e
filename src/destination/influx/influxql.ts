// How names, text and times are written in InfluxQL.

const NS_PER_MS = 1_000_000n;
/** What a server can store: a query for times beyond fails. */
const LATEST_NS = 2n ** 63n - 2n;

export function quotedName(name: string): string {
  return `"${escaped(name).replaceAll('"', '\\"')}"`;
}

export function quotedText(text: string): string {
  return `'${escaped(text).replaceAll("'", "\\'")}'`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** A time as InfluxQL takes it without a unit. */
export function nanoseconds(ms: number): bigint {
  const ns = BigInt(ms) * NS_PER_MS;
  if (ns > LATEST_NS) return LATEST_NS;
  return ns < -LATEST_NS ? -LATEST_NS : ns;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** A duration as the server shows it, `168h0m0s`, in seconds. */
export function goDurationSeconds(text: string): number {
  return [...text.matchAll(/(\d+)([hms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_SECONDS[unit ?? ''] ?? 0), 0);
}
