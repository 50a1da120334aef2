/**
 * The telemetry of an engine. Every interesting moment of a migration is a named protocol point:
 * what --verbose logs, what the daemons measure by and what the simulator strikes at.
 */
package io.vmferry.machine.telemetry;
