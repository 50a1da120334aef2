/**
 * The lease: ownership of the guest's disks. In QEMU the lock on the disk image is the only guard
 * against two hosts running one guest; here a lease replaces it. It is taken to run, given up at
 * switchover and taken again to resume; a node that cannot take it does not run its vCPUs.
 */
package io.vmferry.machine.lease;
