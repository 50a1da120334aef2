package io.vmferry.machine.link;

/** Makes links: outgoing ones by connecting, incoming ones by listening. */
public interface Transport extends Connector, AddressListener {

    /**
     * Limit of silence before a connection counts as broken, in seconds, where the transport
     * supports it.
     */
    int SILENCE_LIMIT_SECONDS = 120;
}
