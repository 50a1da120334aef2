/**
 * Comparison tests: the same dialogues at a real QEMU and at our daemons of the same version, for
 * each installed version: a manager must not see a difference.
 */
package io.vmferry.lab.comparison;
