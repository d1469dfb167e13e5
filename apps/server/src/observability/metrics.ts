import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What is counted, in Prometheus' text format. */
export type Metrics = {
  contentType: string;
  text: () => Promise<string>;
  observeRequest: (route: string, status: number, seconds: number) => void;
  countError: (code: string) => void;
};

/** What is read at the moment when somebody asks. */
export type MetricSources = {
  webSockets: () => number;
  eventStreams: () => number;
  isDatabaseUp: () => boolean;
  isBusUp: () => boolean;
  isDraining: () => boolean;
};

/** A registry of its own for each server, so that two in one process do not count each other's. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const requests = new Histogram({
    name: 'folkmoot_http_request_duration_seconds',
    help: 'HTTP requests by route and status; streams are not among them.',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const errors = new Counter({
    name: 'folkmoot_call_errors_total',
    help: 'Calls that failed, by the code of the error catalogue.',
    labelNames: ['code'],
    registers,
  });
  gauge('folkmoot_websockets', 'Open WebSockets.', sources.webSockets);
  gauge('folkmoot_event_streams', 'Open server-sent event streams.', sources.eventStreams);
  gauge('folkmoot_database_up', '1 while the database answers.', () => Number(sources.isDatabaseUp()));
  gauge('folkmoot_bus_up', '1 while hints pass between nodes, or there is one only; else it polls.', () =>
    Number(sources.isBusUp()),
  );
  gauge('folkmoot_draining', '1 once the server has been told to stop.', () => Number(sources.isDraining()));

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  return {
    contentType: registry.contentType,
    text: async () => registry.metrics(),
    observeRequest: (route, status, seconds) => requests.observe({ route, status }, seconds),
    countError: (code) => errors.inc({ code }),
  };
}
