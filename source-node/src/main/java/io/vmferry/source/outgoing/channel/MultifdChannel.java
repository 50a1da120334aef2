package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.multifd.Packing;
import io.vmferry.protocol.status.Side;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** One of the channels that carry pages beside the stream; QEMU's {@code MultiFDSendParams}. */
final class MultifdChannel implements LinkListener {

    /** Packets that are compressed or wait for that; more would only take memory. */
    private static final int MOST_PENDING = 2;

    private final ChannelRole role;
    private final Link link;
    private final Packing packing;
    private final boolean countedAsSent;
    private final PacketMemory memory;
    private final GuestHandover handover;
    private final OutgoingCounters counters;
    private final ChannelFailures failures;
    private final Turns turns;
    private long sentBytes;
    private long pendingBytes;
    private int pending;
    private boolean ended;
    private boolean released;
    private Optional<Runnable> whenDrained = Optional.empty();

    /**
     * @param countedAsSent whether the figures have the bytes that are sent; else those of the
     *     pages before they were compressed
     */
    MultifdChannel(
            ChannelRole role,
            Link link,
            Packing packing,
            boolean countedAsSent,
            PacketMemory memory,
            GuestHandover handover,
            OutgoingCounters counters,
            ChannelFailures failures,
            Turns turns) {
        this.role = role;
        this.link = link;
        this.packing = packing;
        this.countedAsSent = countedAsSent;
        this.memory = memory;
        this.handover = handover;
        this.counters = counters;
        this.failures = failures;
        this.turns = turns;
    }

    /** Says whose channel it is. */
    void begin(UUID uuid) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(InitialPacket.WIRE_BYTES);
        new InitialPacket(uuid, role.index()).write(out);
        write(out);
    }

    /** How the headers of its packets name their form. */
    int flags() {
        return packing.flags();
    }

    /** Whether it takes a packet now. */
    boolean takesMore() {
        return pending < MOST_PENDING && link.writable();
    }

    /** Bytes of pages that are being compressed. */
    long pendingBytes() {
        return pendingBytes;
    }

    /** Sends a packet, behind those that are being compressed. */
    void send(ByteBuf packet) {
        int all = packet.readableBytes();
        int bytes = all - PacketFormat.HEADER_BYTES;
        int pages = bytes == 0 ? 0 : 1;
        pending += pages;
        pendingBytes += bytes;
        memory.take(all);
        if (!countedAsSent) {
            counters.multifdBytes += all;
        }
        packing.pack(
                packet,
                packed -> {
                    pending -= pages;
                    pendingBytes -= bytes;
                    memory.free(all);
                    packed(packed);
                });
    }

    /** The migration may have ended while the packet was compressed. */
    private void packed(ByteBuf packet) {
        if (released) {
            packet.release();
        } else {
            write(packet);
            turns.now();
        }
    }

    private void write(ByteBuf bytes) {
        int count = bytes.readableBytes();
        sentBytes += count;
        counters.transferredBytes += count;
        counters.sentOnMultifd(role.index(), count);
        counters.multifdBytes += countedAsSent ? count : 0;
        memory.take(count);
        link.write(bytes);
        link.flush();
        link.whenDrained(() -> memory.free(count));
    }

    /**
     * Runs an action once the transport has taken all packets, or the destination has ended the
     * channel since it needs no more.
     */
    void whenDrained(Runnable action) {
        whenDrained = Optional.of(action);
        if (ended) {
            drained();
        } else {
            packing.inOrder(() -> link.whenDrained(this::drained));
        }
    }

    private void drained() {
        Optional<Runnable> waiting = whenDrained;
        whenDrained = Optional.empty();
        waiting.ifPresent(Runnable::run);
    }

    /** Frees what compresses; nothing is sent any more. */
    void release() {
        released = true;
        packing.release();
    }

    @Override
    public void writable() {
        turns.now();
    }

    @Override
    public void received(ByteBuf bytes) {
        failures.now(
                Failure.Wire.sequence(
                        role,
                        "%d bytes came back where nothing was expected"
                                .formatted(bytes.readableBytes())));
    }

    /**
     * In postcopy nothing is sent here any more, so that nobody notices the end. A destination that
     * has completed ends its channels, while this side may still wait for the transport.
     */
    @Override
    public void closed(Optional<IOException> cause) {
        ended = true;
        if (handover.packageSent()) {
            return;
        }
        if (handover.isStreamEnded() && cause.isEmpty()) {
            drained();
            return;
        }
        Failure failure =
                Failure.ConnectionFailure.broken(
                        role,
                        counters.transferredBytes,
                        "%s broke after %s bytes were sent"
                                .formatted(role.title(), Figures.number(sentBytes)),
                        Side.DESTINATION,
                        cause);
        if (handover.isDrained()) {
            failures.unlessShut(failure);
        } else {
            failures.now(failure);
        }
    }
}
