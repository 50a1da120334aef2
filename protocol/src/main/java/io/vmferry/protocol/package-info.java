/**
 * What two migration peers must agree on: the stream, the return path, the states, the options and
 * the monitor protocol. Nothing here does I/O, reads a clock or knows a node.
 */
package io.vmferry.protocol;
