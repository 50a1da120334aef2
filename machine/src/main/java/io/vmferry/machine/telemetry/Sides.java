package io.vmferry.machine.telemetry;

import io.vmferry.protocol.status.Side;

/** Whom something that can be told concerns. */
public enum Sides {
    BOTH,
    SOURCE,
    DESTINATION;

    /** Whether that one is among them. */
    public boolean include(Side side) {
        return this == BOTH || (this == SOURCE) == (side == Side.SOURCE);
    }
}
