/**
 * The project's figures, measured on real processes: daemons started by their launchers, a real
 * QEMU and iperf3. Each figure is printed with its limit, kept or not.
 *
 * <p>What is compared is measured in turn within a run, since the speed of a machine changes from
 * minute to minute; the median of several runs counts.
 */
package io.vmferry.lab.bench;
