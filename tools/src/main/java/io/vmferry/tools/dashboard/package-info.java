/**
 * {@code scripts/dashboard}: draws the Grafana dashboard in a browser from a Prometheus, without
 * Grafana.
 */
package io.vmferry.tools.dashboard;
