/**
 * Whole migrations in one thread, in virtual time, from one seed: the engines of both nodes with
 * links in memory that have latency, bandwidth and faults. The same seed gives the same run, event
 * by event; a run takes milliseconds.
 */
package io.vmferry.lab.simulator;
