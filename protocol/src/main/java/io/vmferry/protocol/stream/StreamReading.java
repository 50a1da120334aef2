package io.vmferry.protocol.stream;

/** A piece of work that reads what a peer has sent, and refuses what breaks the protocol. */
@FunctionalInterface
public interface StreamReading {

    /** Reads what is there. */
    void run() throws StreamException;
}
