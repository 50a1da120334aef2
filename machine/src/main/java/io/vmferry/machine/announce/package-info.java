/**
 * How a guest that runs in a new place makes itself known: its network cards send a packet, several
 * times, so that switches learn the new way to it (QEMU: {@code qemu_announce_self}). There is no
 * network here; each packet is a protocol point. Confined to the engine's loop.
 */
package io.vmferry.machine.announce;
