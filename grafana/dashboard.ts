// The dashboard: what a movement ecologist asks of tracks, with the queries that
// `skein query` runs too. `npm run dashboard` writes it as Grafana reads it.

import { type Dashboard, DashboardBuilder, DashboardCursorSync, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { displacement, fixesPerDay, latitude, outliers, speed } from './panels/charts.ts';
import { map } from './panels/map.ts';
import { books, gaps, lastPlaces } from './panels/tables.ts';
import { DASHBOARD_UID } from './uid.ts';
import { VARIABLES } from './variables.ts';

const WIDTH = 24;

/** Put the dashboard together. */
export function buildDashboard(): Dashboard {
  const dashboard = new DashboardBuilder('Animal tracks')
    .uid(DASHBOARD_UID)
    .description('Tracks of animals that Skein has loaded from Movebank exports.')
    .tags(['skein', 'movebank'])
    // Tracking data are historic. Satellite tags are sold since about 1990.
    .time({ from: '1990-01-01T00:00:00.000Z', to: 'now' })
    // As the data are.
    .timezone('utc')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([...VARIABLES])
    .withPanel(books.span(WIDTH).height(6))
    .withPanel(map.span(15).height(18))
    .withPanel(lastPlaces.span(9).height(18))
    .withRow(new RowBuilder('Movement'))
    .withPanel(latitude.span(12).height(9))
    .withPanel(displacement.span(12).height(9))
    .withPanel(speed.span(WIDTH).height(8))
    .withRow(new RowBuilder('Quality of the data'))
    .withPanel(fixesPerDay.span(12).height(9))
    .withPanel(outliers.span(12).height(9))
    .withPanel(gaps.span(WIDTH).height(8))
    .build();
  dashboard.panels?.forEach((panel, index) => {
    panel.id = index + 1;
  });
  return dashboard;
}
