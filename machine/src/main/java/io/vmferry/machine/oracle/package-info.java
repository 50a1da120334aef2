/**
 * Decides on the destination alone whether every byte of guest RAM is what the guest last wrote,
 * and names the first page that is not.
 *
 * <p>What it knows is RAM and the vCPU states that travelled with it. Each page is looked at once,
 * as it was when the states were loaded, although the vCPUs may run meanwhile: a page is
 * <em>reserved</em> by whoever looked at it first, the sweep after it read the page, a vCPU before
 * it stores to it.
 *
 * <p>A written page is compared with what its step writes, byte for byte. Whether it is also the
 * last step that wrote that page, and whether zero pages are rightly zero, follows from the digest:
 * the sum of the shares of all pages must be the one that the vCPU kept. Only when it is not, the
 * program is replayed to find out which page should hold which step.
 *
 * <p>Pages of an initial memory image that the guest never wrote have a share too, from the CRC-32C
 * of their bytes. The replay says nothing about them, but a second sum with each share multiplied
 * by its page number does: if exactly one such page is wrong, the quotient of the two differences
 * is its number.
 */
package io.vmferry.machine.oracle;
