// The map: a line for each animal, and where it was last.
//
// Grafana's route layer draws one line, through all rows of the first frame that
// it gets. So each animal has a layer of its own: the transformations make a frame
// for each number that the query gives an animal, and the nth layer takes frame n.

import { FrameGeometrySourceBuilder, FrameGeometrySourceMode, MapLayerOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  ControlsOptionsBuilder,
  MapCenterID,
  MapViewConfigBuilder,
  PanelBuilder,
  TooltipMode,
  TooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/geomap';
import { Degrees } from '@grafana/grafana-foundation-sdk/units';
import { ANIMAL_COLOURS, ANIMAL_DOT } from '../colours.ts';
import { DATA_SOURCE, fluxQuery } from '../flux-query.ts';

const ROUTES = 'routes';
const LAST = 'last-place';

export const map = new PanelBuilder()
  .title('Tracks')
  .description(
    `Where each animal went: a line each, which ends in a dot at its last known place. Whose it is, the table beside the map tells by its colour, and the dot when it is pointed at. Outliers are left out. A line goes straight over a gap in the data. Of a long time range not every fix is drawn, but one of each of a thousand equal parts: choose a shorter one to see more. The first ${ANIMAL_COLOURS.length} animals of the alphabet have a line; to see others, choose them under Individual.`,
  )
  .datasource(DATA_SOURCE)
  .withTarget(fluxQuery(ROUTES))
  .withTarget(fluxQuery(LAST))
  .maxDataPoints(1000)
  .transformations([
    { id: 'merge', options: {}, filter: { id: 'byRefId', options: ROUTES } },
    {
      id: 'partitionByValues',
      options: { fields: ['number'], keepFields: true, naming: { asLabels: false } },
      // What comes of the merging: `merge-routes-...`, or `routes` where there is one animal.
      filter: { id: 'byRefId', options: `/${ROUTES}/` },
    },
  ])
  .unit(Degrees)
  .decimals(4)
  .overrideByName('number', [ANIMAL_DOT])
  .view(new MapViewConfigBuilder().id(MapCenterID.Fit).allLayers(true).padding(5).maxZoom(12))
  .controls(new ControlsOptionsBuilder().showZoom(true).mouseWheelZoom(true).showAttribution(true).showScale(true))
  .basemap(new MapLayerOptionsBuilder().type('default').name('Background'))
  .layers([...ANIMAL_COLOURS.map((colour, index) => route(index + 1, colour)), lastPlaces()])
  .tooltip(new TooltipOptionsBuilder().mode(TooltipMode.Details));

function route(number: number, colour: string): MapLayerOptionsBuilder {
  return new MapLayerOptionsBuilder()
    .type('route')
    .name(`Animal ${number}`)
    .filterData({ id: 'byName', options: String(number) })
    .location(byCoordinates())
    .config({ style: { color: { fixed: colour }, size: { fixed: 2, min: 1, max: 10 }, opacity: 0.8 }, arrow: 0 })
    .tooltip(false);
}

function lastPlaces(): MapLayerOptionsBuilder {
  return new MapLayerOptionsBuilder()
    .type('markers')
    .name('Last known place')
    .filterData({ id: 'byRefId', options: LAST })
    .location(byCoordinates())
    .config({
      showLegend: false,
      style: {
        color: { field: 'number', fixed: 'text' },
        opacity: 1,
        size: { fixed: 6, min: 2, max: 15 },
        symbol: { mode: 'fixed', fixed: 'img/icons/marker/circle.svg' },
      },
    })
    .tooltip(true);
}

function byCoordinates(): FrameGeometrySourceBuilder {
  return new FrameGeometrySourceBuilder().mode(FrameGeometrySourceMode.Coords).latitude('lat').longitude('lon');
}
