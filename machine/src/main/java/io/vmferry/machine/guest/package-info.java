/**
 * The guest that a daemon hosts: its RAM, vCPUs and devices, its run state and its disks, and the
 * migration options that were set for it. Confined to the engine's loop.
 */
package io.vmferry.machine.guest;
