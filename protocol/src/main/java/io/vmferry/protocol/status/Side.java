package io.vmferry.protocol.status;

/** Which end of a migration a process is. */
public enum Side {
    /** The outgoing side, where the guest was. */
    SOURCE,
    /** The incoming side, where the guest goes. */
    DESTINATION
}
