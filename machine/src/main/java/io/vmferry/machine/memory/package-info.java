/**
 * Guest RAM: named blocks of off-heap memory that cost nothing until they are touched, and the page
 * bitmaps that say what was dirtied, what may be non-zero and what was received.
 *
 * <p>The rules that keep a concurrent migration exact live here. A vCPU announces a page before its
 * first store ({@link io.vmferry.machine.memory.RamBlock#willStore}) and marks it dirty after its
 * last one ({@link io.vmferry.machine.memory.RamBlock#stored}); a sender takes the dirty bit before
 * it reads the page; a loader places a page completely before it publishes the received bit.
 *
 * <p>Linux only: the memory is an anonymous private mapping without reservation.
 */
package io.vmferry.machine.memory;
