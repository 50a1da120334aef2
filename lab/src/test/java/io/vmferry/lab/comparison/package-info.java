/**
 * The same situations played to a real QEMU and to our daemons of the same version, for each
 * version that is at hand: what a manager sees must not differ.
 */
package io.vmferry.lab.comparison;
