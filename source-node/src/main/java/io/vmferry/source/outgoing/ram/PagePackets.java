package io.vmferry.source.outgoing.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.multifd.PacketWriter;

/** The channels that packets of pages go to. */
public interface PagePackets {

    /** Whether one of them takes a packet now; when one does again, a turn is asked for. */
    boolean takesMore();

    /** Bytes of pages that are being compressed, and have not been counted as sent. */
    long pendingBytes();

    /** An empty buffer with room for a header and as many pages as a packet can have; owned. */
    ByteBuf packet();

    /**
     * Sends a packet on one of them.
     *
     * @param header of the packet
     * @param packet room for the header, and the pages behind it; owned
     * @param block that the pages belong to
     */
    void send(PacketWriter header, ByteBuf packet, String block);

    /** Sends a synchronisation on each of them. */
    void synchronise();
}
