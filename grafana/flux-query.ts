// A query of the data source, as a panel of the dashboard asks it.

import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { queryText } from '../src/query/flux-query.ts';

/** The data source that grafana/provisioning/datasources/ describes. */
export const DATA_SOURCE = { type: 'influxdb', uid: 'influxdb' };

interface FluxDataquery extends Dataquery {
  readonly refId: string;
  readonly datasource: typeof DATA_SOURCE;
  readonly query: string;
}

/**
 * Ask what the file `name`.flux asks; the SDK has no query of its own for InfluxDB.
 *
 * @param settings other values for options of the query, in Flux, by their names
 */
export function fluxQuery(name: string, settings: Readonly<Record<string, string>> = {}): Builder<Dataquery> {
  const text = queryText(name).replaceAll(/^option (\w+) = .*$/gm, (line, option: string) => {
    const value = settings[option];
    return value === undefined ? line : `option ${option} = ${value}`;
  });
  const query: FluxDataquery = { refId: name, datasource: DATA_SOURCE, query: text, _implementsDataqueryVariant: () => {} };
  return { build: () => query };
}
