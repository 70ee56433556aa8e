// Where Grafana has the dashboard that asks these queries.

export const DASHBOARD_UID = 'skein';

export interface Shown {
  readonly measurement: string;
  /** Of the first fix and the last, Unix ms. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The address at which the dashboard shows just this. */
export function dashboardLink(grafanaUrl: string, { measurement, firstMs, lastMs }: Shown): string {
  const link = new URL(`d/${DASHBOARD_UID}`, `${grafanaUrl.replace(/\/$/, '')}/`);
  // Flux leaves the end of a range out.
  link.search = String(new URLSearchParams({ from: String(firstMs), to: String(lastMs + 1), 'var-measurement': measurement }));
  return String(link);
}
