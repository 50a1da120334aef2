/**
 * How fast a guest dirties its memory, measured on request and independently of any migration
 * (QEMU: {@code calc-dirty-rate}). The meter is confined to the engine's loop; whatever reads much
 * memory runs on a thread of its own.
 */
package io.vmferry.machine.dirtyrate;
