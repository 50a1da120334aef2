/**
 * The telemetry of an engine. Every interesting moment of a migration is a named protocol point:
 * what --verbose logs, what the daemons measure by and where the simulator injects faults.
 */
package io.vmferry.machine.telemetry;
