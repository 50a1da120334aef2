package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.accept.IncomingListener;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.postcopy.PostcopyPreparation;
import io.vmferry.dest.incoming.postcopy.PostcopyTakeover;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.dest.incoming.stream.MainChannelInput;
import io.vmferry.dest.incoming.stream.PackageInput;
import io.vmferry.dest.incoming.stream.StreamEvent;
import io.vmferry.dest.incoming.stream.StreamOpening;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.StreamException;
import java.util.function.Consumer;

/** Enters postcopy: the package of devices, POSTCOPY_LISTEN and POSTCOPY_RUN. */
record PostcopyEntry(
        MigrationOptions options,
        IncomingState state,
        ChannelJoining joining,
        IncomingListener listener,
        IncomingChannels channels,
        StreamOpening streams,
        ChannelInputs inputs,
        PostcopyPreparation preparation,
        MissingPages pages,
        PostcopyTakeover takeover,
        Consumer<Failure> failed,
        Probe probe) {

    /**
     * Loads the package.
     *
     * @param ended runs when it was read to its end
     * @param releaseMain ends its hold on the main channel
     */
    void loadPackage(
            ByteBuf blob,
            StreamHolds holds,
            StreamEvent.StreamEventHandler handler,
            Runnable ended,
            Runnable releaseMain) {
        PackageInput input = streams.devices(blob, holds, handler, ended, failed);
        inputs.devices(input, releaseMain);
        probe.reached(PointName.PACKAGE_RECEIVED, input.sizeBytes());
        joining.whenPreempt(input::load);
    }

    /**
     * POSTCOPY_LISTEN. Bytes after the package are read before it goes on, as in QEMU.
     *
     * @param pageCame runs when a page has come that was missing
     */
    void listen(StreamHolds holds, boolean inPackage, Runnable pageCame) throws StreamException {
        preparation.listen(listener.listensToFile());
        if (preparation.ramFollows()) {
            pages.demand(channels::send, state::halted, pageCame);
        }
        probe.reached(PointName.LISTENING);
        boolean device = options.profile().has(Trait.POSTCOPY_DEVICE) && channels.answers();
        state.move(
                MigrationStatus.ACTIVE,
                device ? MigrationStatus.POSTCOPY_DEVICE : MigrationStatus.POSTCOPY_ACTIVE);
        inputs.main().ifPresent(MainChannelInput::enterPostcopy);
        inputs.preempt().ifPresent(preempt -> pages.preemptPages().ifPresent(preempt::listen));
        inputs.releaseMain();
        if (inPackage) {
            inputs.main().ifPresent(main -> holds.holdDuring(main::whenRead));
        }
    }

    /**
     * POSTCOPY_RUN.
     *
     * @param started runs where the lease had to be asked: meanwhile all pages may have come
     */
    void run(boolean inPackage, Runnable started) throws StreamException {
        boolean besidePackage = inputs.devices().isPresent() && !inPackage;
        takeover.run(besidePackage, started, failed);
    }
}
