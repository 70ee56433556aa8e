// What the reader of the dashboard chooses from. Each choice narrows the next.

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  CustomVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATA_SOURCE } from './flux-query.ts';

/** Without a start Flux looks at the last 30 days. */
const ALL_OF_HISTORY = 'start: 1700-01-01T00:00:00Z';

/** A study or an animal that has no name in an export is told by its id. */
const TAGS = {
  study: ['study_name', 'study_id'],
  taxon: ['individual_taxon_canonical_name'],
  individual: ['individual_local_identifier', 'individual_id'],
} as const;

type Choice = keyof typeof TAGS;

const measurement = queryVariable('measurement', 'Measurement', [
  `schema.measurements(bucket: v.defaultBucket, ${ALL_OF_HISTORY})`,
  '    |> filter(fn: (r) => r._value != "skein_load")',
])
  .description('The name under which the data were loaded.')
  .current({ text: 'movebank', value: 'movebank' });

const gap = new CustomVariableBuilder('gap')
  .label('Gaps of (days)')
  .description('How many days an animal must be without a fix to be listed under Data gaps.')
  .values('0.5,1,3,7,14,30,90')
  .current({ text: '7', value: '7' });

export const VARIABLES: readonly Builder<VariableModel>[] = [
  measurement,
  tagVariable('study', 'Study', []),
  tagVariable('taxon', 'Taxon', ['study']),
  tagVariable('individual', 'Individual', ['study', 'taxon']),
  gap,
];

/** Any number of a tag's values, all at first, among those that go with the choices `within`. */
function tagVariable(choice: Choice, label: string, within: readonly Choice[]): QueryVariableBuilder {
  const isChosen = (name: Choice): string => TAGS[name].map((tag) => `r.${tag} =~ /^\${${name}:regex}$/`).join(' or ');
  const conditions = [`r._measurement == "\${measurement}"`, ...within.map((name) => `(${isChosen(name)})`)];
  const values = TAGS[choice].map((tag) => `values(tag: "${tag}")`);
  return queryVariable(choice, label, [
    'values = (tag) =>',
    `    schema.tagValues(bucket: v.defaultBucket, tag: tag, ${ALL_OF_HISTORY}, predicate: (r) => ${conditions.join(' and ')})`,
    '',
    values.length > 1 ? `union(tables: [${values.join(', ')}])` : String(values[0]),
  ])
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: ['All'], value: ['$__all'] });
}

function queryVariable(name: string, label: string, flux: readonly string[]): QueryVariableBuilder {
  return (
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(DATA_SOURCE)
      // Grafana takes 100 values at most, unless it is told another number.
      .query({ refId: name, query: ['import "influxdata/influxdb/schema"', '', ...flux].join('\n'), maxDataPoints: 10_000 })
      .refresh(VariableRefresh.OnDashboardLoad)
      .sort(VariableSort.NaturalAsc)
  );
}
