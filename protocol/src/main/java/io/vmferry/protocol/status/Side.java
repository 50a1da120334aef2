package io.vmferry.protocol.status;

/** The side of a migration: source or destination. */
public enum Side {
    /** The outgoing side, where the guest was. */
    SOURCE,
    /** The incoming side, where the guest goes. */
    DESTINATION
}
