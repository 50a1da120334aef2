/**
 * The fault matrix: every action of a fault plan at every protocol point of some typical
 * migrations, on either side, with the outcome and whether it is allowed. A {@link
 * io.vmferry.lab.matrix.Course} is a migration, a {@link io.vmferry.lab.matrix.Cell} is a course
 * with one fault. Cells run in the simulator, or between two real daemons.
 */
package io.vmferry.lab.matrix;
