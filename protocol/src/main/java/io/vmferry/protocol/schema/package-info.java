/**
 * QEMU's schema of the commands and events that vmferry serves: arguments, return types and
 * features as data, by profile, and their rendering for {@code query-qmp-schema}.
 */
package io.vmferry.protocol.schema;
