// What changes in time: a series for each animal, each in its own colour.

import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { Degrees, MetersPerSecond, Short } from '@grafana/grafana-foundation-sdk/units';
import { ANIMAL_NAME, byAnimal } from '../colours.ts';
import { DATA_SOURCE, fluxQuery } from '../flux-query.ts';

/** A chart can show no more, and Flux takes about a second for 10,000 great circles. */
const POINTS_A_SERIES = 500;

export const latitude = chart('latitude')
  .title('Latitude')
  .description('How far north each animal was. Migration shows as the slope between two levels.')
  .unit(Degrees)
  .decimals(1);

export const displacement = chart('displacement')
  .title('Displacement')
  .description(
    'Distance of each animal, as the crow flies, from its first place in the time range: a migrant comes back to near 0, a disperser does not, a resident never leaves.',
  )
  // Grafana's own unit turns 1000 km into 1 Mm.
  .unit('suffix:km')
  .min(0);

export const fixesPerDay = chart('fixes-per-day')
  .title('Fixes per day')
  .description(
    'How many fixes each animal has a day, stacked; over a long time range the mean of several days. A step is a change of the duty cycle, a decline an ageing tag or battery.',
  )
  .unit(Short)
  .min(0)
  .drawStyle(GraphDrawStyle.Bars)
  .fillOpacity(70)
  .lineWidth(0)
  .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('animals'));

export const speed = chart('speed')
  .title('Speed')
  .description(
    'Speed from each place to the next, as the crow flies, so detours between two fixes are cut off. Values above the dashed line (40 m/s, 144 km/h) are hardly those of an animal: look for a wrong fix or a wrong time.',
  )
  .unit(MetersPerSecond)
  .min(0)
  .drawStyle(GraphDrawStyle.Points)
  .pointSize(4)
  .thresholds(
    new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
      { value: null, color: 'transparent' },
      { value: 40, color: 'red' },
    ]),
  )
  .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));

export const outliers = chart('outliers')
  .title('Outliers')
  .description(
    'Fixes that the owner of the data or a filter of Movebank has marked as outliers (visible = false), counted. They are in the database, and in no other panel but Fixes per day and Data gaps.',
  )
  .unit(Short)
  .min(0)
  .decimals(0)
  .drawStyle(GraphDrawStyle.Bars)
  .fillOpacity(70)
  .lineWidth(0)
  .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('animals'))
  .noValue('No fix is marked as an outlier');

function chart(query: string): PanelBuilder {
  return new PanelBuilder()
    .datasource(DATA_SOURCE)
    .withTarget(fluxQuery(query))
    .maxDataPoints(POINTS_A_SERIES)
    .displayName(ANIMAL_NAME)
    .colorScheme(byAnimal)
    .showPoints(VisibilityMode.Auto)
    .lineWidth(1)
    .legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true).calcs([]))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single));
}
