/**
 * The matrix: every protocol point of some typical migrations, on either side, with everything that
 * a fault plan can do there; what comes of it, and whether that may be. A {@link
 * io.vmferry.lab.matrix.Course} is a migration, a {@link io.vmferry.lab.matrix.Cell} is a course
 * with one fault. Cells run in the simulator, or between two real daemons.
 */
package io.vmferry.lab.matrix;
