package io.vmferry.protocol.status;

import io.vmferry.protocol.Named;

/** The side of a migration: source or destination. */
public enum Side implements Named {
    /** The outgoing side, where the guest was. */
    SOURCE,
    /** The incoming side, where the guest goes. */
    DESTINATION
}
