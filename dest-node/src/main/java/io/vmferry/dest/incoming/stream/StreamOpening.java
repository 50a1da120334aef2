package io.vmferry.dest.incoming.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.SourceLiveness;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.StreamReader;
import io.vmferry.protocol.stream.StreamRules;
import java.util.function.Consumer;

/** Creates the inputs of the streams of a migration, which all load into the same guest. */
public record StreamOpening(
        IncomingState state,
        IncomingChannels channels,
        SourceLiveness liveness,
        ConfigurationCheck check,
        IncomingDevices devices,
        DeviceLoading loading,
        StreamRules rules,
        Probe probe) {

    /**
     * A main channel.
     *
     * @param recovers whether the channel goes on where another one broke, without header and
     *     configuration
     * @param ended runs when the stream is at its end
     */
    public MainChannelInput mainChannel(
            Link link,
            boolean recovers,
            StreamHolds holds,
            StreamEvent.StreamEventHandler handler,
            Runnable ended,
            Consumer<Failure> failed) {
        IncomingStream stream = stream(holds, handler, failed);
        StreamReader reader =
                recovers
                        ? StreamReader.recovery(stream, rules)
                        : StreamReader.migration(stream, rules);
        return new MainChannelInput(link, reader, holds, state, channels, liveness, ended, failed);
    }

    /**
     * A package of devices.
     *
     * @param ended runs when it was read to its end
     */
    public PackageInput devices(
            ByteBuf blob,
            StreamHolds holds,
            StreamEvent.StreamEventHandler handler,
            Runnable ended,
            Consumer<Failure> failed) {
        StreamReader reader = StreamReader.packaged(stream(holds, handler, failed), rules);
        return new PackageInput(blob, reader, holds, state, ended, failed);
    }

    private IncomingStream stream(
            StreamHolds holds, StreamEvent.StreamEventHandler handler, Consumer<Failure> failed) {
        return new IncomingStream(holds, state, check, devices, loading, probe, handler, failed);
    }
}
