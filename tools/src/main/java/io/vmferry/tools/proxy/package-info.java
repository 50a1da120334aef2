/**
 * A proxy between a source and a destination, ours or QEMU's, that understands what it carries:
 * {@code scripts/fault-proxy}. It injects faults at messages of the return path, at elements of the
 * stream, at bytes and at times, in the language of the daemons' fault plans.
 *
 * <p>Everything is confined to one loop. What the proxy cannot read, such as the state of a device
 * in a precopy, whose length nothing on the wire tells, is carried as it is.
 */
package io.vmferry.tools.proxy;
