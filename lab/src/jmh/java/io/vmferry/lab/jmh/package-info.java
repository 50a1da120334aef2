/**
 * JMH benchmarks of single loops, which {@code scripts/bench --jmh} builds and runs: the code that
 * is executed once per page, or once per bit of a bitmap. Figures of whole migrations are in {@code
 * io.vmferry.lab.bench}.
 */
package io.vmferry.lab.jmh;
