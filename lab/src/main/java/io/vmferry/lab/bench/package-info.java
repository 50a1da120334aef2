/**
 * The project's figures, measured on real processes: daemons as people start them, a real QEMU and
 * iperf3 beside them. Each figure is printed with the mark it is held to, met or not.
 *
 * <p>Whatever is compared is alternated within a run, since a machine's mood changes faster than
 * any of this code does; the median of several runs counts.
 */
package io.vmferry.lab.bench;
