/**
 * Disk ownership. In QEMU the lock on the disk image is the only thing that keeps two hosts from
 * running one guest; here a lease stands for it. It is taken to run, given up at switchover and
 * taken again to resume; who cannot take it does not run its vCPUs.
 */
package io.vmferry.machine.lease;
