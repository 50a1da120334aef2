package io.vmferry.machine.control;

/** How often a point has been reached since the start of the process. */
public record PointCount(String point, long count) {}
