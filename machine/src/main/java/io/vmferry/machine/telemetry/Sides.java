package io.vmferry.machine.telemetry;

import io.vmferry.protocol.status.Side;

/** The sides that a point or metric applies to. */
public enum Sides {
    BOTH,
    SOURCE,
    DESTINATION;

    /** Whether it applies to a side. */
    public boolean include(Side side) {
        return this == BOTH || (this == SOURCE) == (side == Side.SOURCE);
    }
}
