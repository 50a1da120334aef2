/**
 * Real processes that a test or a benchmark starts and ends: the packaged daemons, a real QEMU, and
 * a QMP client for both.
 */
package io.vmferry.lab.process;
