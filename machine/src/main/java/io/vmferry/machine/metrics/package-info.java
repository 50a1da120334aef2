/**
 * The metrics of a node for Prometheus. The table of all metrics is {@link
 * io.vmferry.machine.metrics.Metric}; {@code METRICS.md} is printed from it.
 *
 * <p>Nothing is counted for a scrape that is not counted anyway, but for the tally of protocol
 * points and the histogram of page faults: a scrape asks the engine's loop for one consistent
 * picture and renders that on a thread of its own. A node without {@code --metrics} loads none of
 * this.
 */
package io.vmferry.machine.metrics;
