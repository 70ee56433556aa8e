// The dialects by name.

import type { Dialect } from './dialect.ts';
import { influxdb1 } from './influxdb-1.ts';
import { influxdb2 } from './influxdb-2.ts';
import { influxdb3 } from './influxdb-3.ts';
import type { DialectName } from './target.ts';
import { victoriaMetrics } from './victoria-metrics.ts';

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  'influxdb-1': influxdb1,
  'influxdb-2': influxdb2,
  'influxdb-3': influxdb3,
  'victoria-metrics': victoriaMetrics,
};

export function dialectOf({ dialect }: { readonly dialect: DialectName }): Dialect {
  return DIALECTS[dialect];
}
