// A worker's way to whatever destination it is.

import type { DestinationWriter, Target } from './destination.ts';
import type { RunGauge } from './run-gauge.ts';

/** Open `target` in a worker. The HTTP client is loaded only for a server. */
export async function openWriter(target: Target, inFlight: number, gauge: RunGauge): Promise<DestinationWriter> {
  if (target.kind === 'directory') {
    const { DirectoryWriter } = await import('./directory.ts');
    return new DirectoryWriter(target, gauge);
  }
  const { InfluxWriter } = await import('./influx/writer.ts');
  return new InfluxWriter(target, inFlight, gauge);
}
