package io.vmferry.dest;

import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.machine.metrics.Metric;
import io.vmferry.machine.metrics.Readings;

/** What Prometheus reads about an incoming migration. */
final class IncomingReadings {

    private IncomingReadings() {}

    static void read(IncomingFigures figures, Readings readings) {
        readings.set(Metric.RECEIVED, figures.streamBytes());
        readings.set(Metric.PAGES, "normal", figures.normalPages());
        readings.set(Metric.PAGES, "zero", figures.zeroPages());
        readings.set(Metric.PASSES, figures.passes());
        readings.set(Metric.PAGE_REQUESTS, figures.pageRequests());
        readings.set(Metric.REQUESTS_OUTSTANDING, figures.outstandingRequests());
    }
}
