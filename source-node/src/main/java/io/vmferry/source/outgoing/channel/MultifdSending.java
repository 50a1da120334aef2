package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.multifd.PacketWriter;
import io.vmferry.source.outgoing.ram.PagePackets;
import java.util.ArrayList;
import java.util.List;

/** The multifd channels of a migration, which take packets in turn; none until they stand. */
public final class MultifdSending implements PagePackets {

    private final boolean roomListed;
    private final List<MultifdChannel> channels = new ArrayList<>();
    private long packetNumber;
    private int next;

    /**
     * @param roomListed whether synchronisations tell how many pages a packet has room for
     */
    public MultifdSending(boolean roomListed) {
        this.roomListed = roomListed;
    }

    void add(MultifdChannel channel) {
        channels.add(channel);
    }

    @Override
    public boolean takesMore() {
        for (MultifdChannel channel : channels) {
            if (channel.takesMore()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long pendingBytes() {
        long bytes = 0;
        for (MultifdChannel channel : channels) {
            bytes += channel.pendingBytes();
        }
        return bytes;
    }

    @Override
    public void send(PacketWriter header, ByteBuf packet, String block) {
        MultifdChannel channel = idle();
        int end = packet.writerIndex();
        packet.writerIndex(0);
        header.header(
                packet, channel.flags(), end - PacketFormat.HEADER_BYTES, packetNumber++, block);
        channel.send(packet.writerIndex(end));
    }

    /** The next one in turn that takes a packet, or the next one if all are busy. */
    private MultifdChannel idle() {
        for (int tried = 1; tried < channels.size() && !channels.get(next).takesMore(); tried++) {
            next = (next + 1) % channels.size();
        }
        MultifdChannel channel = channels.get(next);
        next = (next + 1) % channels.size();
        return channel;
    }

    @Override
    public void synchronise() {
        for (MultifdChannel channel : channels) {
            ByteBuf packet = ByteBufAllocator.DEFAULT.directBuffer(PacketFormat.HEADER_BYTES);
            PacketWriter.sync(packet, roomListed, packetNumber++);
            channel.send(packet);
        }
    }

    /** Runs an action once the transport has taken all packets. */
    public void whenDrained(Runnable action) {
        Runnable chain = action;
        for (MultifdChannel channel : channels) {
            Runnable rest = chain;
            chain = () -> channel.whenDrained(rest);
        }
        chain.run();
    }

    /** The channels end: there are none any more. */
    void end() {
        channels.forEach(MultifdChannel::release);
        channels.clear();
    }
}
