/** By which Grafana knows the dashboard: it is at `/d/skein`. */
export const DASHBOARD_UID = 'skein';
