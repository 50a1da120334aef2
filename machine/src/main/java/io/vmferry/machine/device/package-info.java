/**
 * The device model: what a device shows to a migration, and the devices there are.
 *
 * <p>A device is either sent whole in one SECTION_FULL while the guest is stopped ({@link
 * io.vmferry.machine.device.StateDevice}), or in several goes beginning while the guest runs
 * ({@link io.vmferry.machine.device.IterableDevice}), or not at all because it cannot be migrated.
 *
 * <p>An iterable device may want the switchover to wait until its destination is ready (capability
 * switchover-ack); the primary of a failover pair ({@link
 * io.vmferry.machine.device.FailoverPrimary}) leaves the guest before it moves.
 *
 * <p>The synthetic devices hold a state of the size asked for whose every byte follows from a seed
 * and a generation that come first in it ({@link io.vmferry.machine.device.SeededState}). So the
 * loading side proves each byte as it arrives, with whatever seed it was started itself.
 */
package io.vmferry.machine.device;
