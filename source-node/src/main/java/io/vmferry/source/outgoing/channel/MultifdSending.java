package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.multifd.PacketWriter;
import io.vmferry.protocol.multifd.WorkBuffers;
import io.vmferry.source.outgoing.ram.PagePackets;
import io.vmferry.source.outgoing.state.Turns;
import java.util.ArrayList;
import java.util.List;

/**
 * The multifd channels of a migration, which take packets in turn; none until they stand, and none
 * any more when the migration ends, which can be within any write.
 */
public final class MultifdSending implements PagePackets {

    private static final int PACKET_BYTES =
            PacketFormat.HEADER_BYTES + PacketFormat.MAX_PAGES_BYTES;

    private final boolean roomListed;
    private final BatchBuffers buffers =
            new BatchBuffers(PACKET_BYTES, 2 + PacketMemory.MOST_BYTES / PACKET_BYTES);
    private final PacketMemory memory;
    private final WorkBuffers work = WorkBuffers.toPack();
    private List<MultifdChannel> channels = List.of();
    private long packetNumber;
    private int next;

    /**
     * @param roomListed whether synchronisations tell how many pages a packet has room for
     */
    public MultifdSending(boolean roomListed, Turns turns) {
        this.roomListed = roomListed;
        this.memory = new PacketMemory(turns);
    }

    /** Where the packets of all channels are compressed. */
    WorkBuffers work() {
        return work;
    }

    /** Where the packets of all channels are. */
    PacketMemory memory() {
        return memory;
    }

    void add(MultifdChannel channel) {
        List<MultifdChannel> more = new ArrayList<>(channels);
        more.add(channel);
        channels = List.copyOf(more);
    }

    /** How many there are. */
    public int count() {
        return channels.size();
    }

    @Override
    public ByteBuf packet() {
        return buffers.take(PACKET_BYTES);
    }

    @Override
    public boolean takesMore() {
        if (!memory.takesMore()) {
            return false;
        }
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
        if (channels.isEmpty()) {
            packet.release();
            return;
        }
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
        // those that there were: a write can end them
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
        List<MultifdChannel> ended = channels;
        channels = List.of();
        next = 0;
        ended.forEach(MultifdChannel::release);
        work.close();
    }
}
