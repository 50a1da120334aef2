package io.vmferry.dest.incoming.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.MultifdSync;
import io.vmferry.dest.incoming.ram.MultifdPages;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.multifd.PageCompression;
import io.vmferry.protocol.multifd.Unpacking;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Makes connections the multifd channels of the migration, by their initial packets.
 *
 * @param uuid of the guest, if it has one
 */
public record MultifdChannels(
        MigrationOptions options,
        Optional<UUID> uuid,
        IncomingState state,
        IncomingChannels channels,
        ChannelInputs inputs,
        MultifdPages pages,
        MultifdSync sync,
        PayloadMemory memory,
        EngineLoop loop,
        Probe probe,
        Consumer<Failure> failed) {

    /**
     * Joins a channel, or fails the migration as QEMU does.
     *
     * @param bytes from the beginning of the connection on; the initial packet is there as a whole
     */
    public void join(Link link, ByteBuf bytes) {
        try {
            InitialPacket.read(
                            bytes,
                            uuid.orElse(InitialPacket.NO_UUID),
                            options.parameters().multifdChannels())
                    .ifPresent(packet -> join(link, packet.channel(), bytes));
        } catch (StreamException refused) {
            link.abort();
            failed.accept(Failure.Wire.of(ChannelRole.MAIN, refused));
        }
    }

    private void join(Link link, int channel, ByteBuf bytes) {
        MultifdInput input =
                new MultifdInput(
                        channel,
                        link,
                        state,
                        pages,
                        sync,
                        new MultifdInput.PacketReading(
                                whenDone -> unpacking(channel, whenDone),
                                options.profile().has(Trait.MULTIFD_ZERO_PAGES),
                                memory),
                        inputs::streamBytes,
                        failed);
        channels.multifd(
                        channel,
                        link,
                        () -> {
                            inputs.multifd(input);
                            link.attach(input);
                            probe.reached(PointName.MULTIFD_CHANNEL, channel);
                        })
                .ifPresentOrElse(
                        why -> {
                            link.abort();
                            failed.accept(
                                    Failure.Wire.of(
                                            ChannelRole.multifd(channel),
                                            StreamException.of(
                                                    StreamError.MULTIFD_CHANNEL,
                                                    "multifd: received id '%d', but %s"
                                                            .formatted(channel, why))));
                        },
                        () -> input.received(bytes));
    }

    private Unpacking unpacking(int channel, Runnable whenDone) {
        EngineLoop.SideTasks tasks = loop.sideTasks("multifd-" + channel);
        return new Unpacking(
                PageCompression.of(options.parameters()), tasks::run, memory.buffers(), whenDone);
    }
}
