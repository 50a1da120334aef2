/**
 * Real processes under a test's or a benchmark's control: the packaged daemons, a real QEMU, and a
 * QMP client that speaks to both.
 */
package io.vmferry.lab.process;
