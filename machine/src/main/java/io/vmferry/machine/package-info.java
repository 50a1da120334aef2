/**
 * What both daemons host: guest RAM, vCPUs, devices, run state, monitor, telemetry and the links
 * that carry a migration.
 */
package io.vmferry.machine;
