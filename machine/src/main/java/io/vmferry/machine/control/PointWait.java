package io.vmferry.machine.control;

/**
 * A wait for a point.
 *
 * @param reached whether the point has been reached already, so that nothing follows
 */
public record PointWait(long id, boolean reached) {}
