package io.vmferry.dest.incoming;

import io.vmferry.dest.incoming.accept.IncomingListener;
import io.vmferry.dest.incoming.channel.ConnectionLog;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.MultifdSync;
import io.vmferry.dest.incoming.channel.SourceLiveness;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.guest.Arrival;
import io.vmferry.dest.incoming.guest.GuestClaim;
import io.vmferry.dest.incoming.guest.SwitchoverApprovals;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.postcopy.PostcopyPreparation;
import io.vmferry.dest.incoming.postcopy.PostcopyTakeover;
import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.ram.MultifdPages;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.dest.incoming.stream.ConfigurationCheck;
import io.vmferry.dest.incoming.stream.DeviceLoading;
import io.vmferry.dest.incoming.stream.IncomingDevices;
import io.vmferry.dest.incoming.stream.MultifdChannels;
import io.vmferry.dest.incoming.stream.PayloadMemory;
import io.vmferry.dest.incoming.stream.StreamOpening;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.AddressListener;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.StreamRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The parts of a destination without its driver: nobody decides what comes next. */
final class DestinationParts implements AutoCloseable {

    /** Protocol points, events of streams, failures and calls back, in their order. */
    final List<String> seen = new ArrayList<>();

    final ManualLoop loop = new ManualLoop();
    final StreamHolds holds = new StreamHolds();
    final MigrationOptions options;
    final SmallGuest here;
    final IncomingState state;
    final IncomingChannels channels;
    final IncomingListener listener;
    final ChannelInputs inputs = new ChannelInputs();
    final PostcopyPreparation preparation;
    final MissingPages pages;
    final ChannelJoining joining;
    final PostcopyEntry entry;

    DestinationParts(Profile profile, List<Capability> capabilities, Device... devices) {
        options = SmallGuest.options(profile, capabilities.toArray(Capability[]::new));
        here = new SmallGuest(devices);
        Probe probe = Probe.of(point -> seen.add(point.toString()));
        state = new IncomingState(options, Probe.NONE, event -> seen.add(event.name()));
        ConnectionLog connectionLog = new ConnectionLog(loop, (level, line) -> seen.add(line));
        channels = new IncomingChannels(options, state, loop, Probe.NONE, connectionLog);
        listener =
                new IncomingListener(
                        here.guest.run(),
                        options,
                        state,
                        channels,
                        loop,
                        DestinationParts::listen,
                        event -> {},
                        connectionLog);
        SwitchoverApprovals approvals =
                new SwitchoverApprovals(
                        options, here.guest.devices(), state, channels, loop, Probe.NONE);
        IncomingRam ram = new IncomingRam(here.ram, true);
        RamRules rules = RamRules.of(profile);
        PageInput mainPages = new PageInput(ram, rules);
        ConfigurationCheck check = new ConfigurationCheck(here.guest, options);
        StreamOpening streams =
                new StreamOpening(
                        state,
                        channels,
                        new SourceLiveness(state, channels, loop),
                        check,
                        new IncomingDevices(here.guest.devices(), mainPages),
                        new DeviceLoading(
                                here.guest, state, approvals, DeviceTrouble.NONE, loop, Probe.NONE),
                        StreamRules.of(profile),
                        Probe.NONE);
        pages = new MissingPages(here.guest, loop, ram, mainPages, rules, Probe.NONE);
        preparation = new PostcopyPreparation(options, check, ram, state.postcopy());
        MultifdSync sync = new MultifdSync(options, ram::synchronised, this::failed);
        MultifdChannels multifd =
                new MultifdChannels(
                        options,
                        here.guest.uuid(),
                        state,
                        channels,
                        inputs,
                        new MultifdPages(ram),
                        sync,
                        new PayloadMemory(),
                        loop,
                        probe,
                        this::failed);
        joining =
                new ChannelJoining(
                        options,
                        state,
                        listener,
                        channels,
                        streams,
                        inputs,
                        multifd,
                        approvals,
                        pages,
                        this::failed,
                        probe);
        entry =
                new PostcopyEntry(
                        options,
                        state,
                        joining,
                        listener,
                        channels,
                        streams,
                        inputs,
                        preparation,
                        pages,
                        new PostcopyTakeover(
                                here.guest.run(),
                                state,
                                new GuestClaim(here.guest, state),
                                new Arrival(here.guest, options, loop, Probe.NONE, () -> {})),
                        this::failed,
                        probe);
    }

    /** An address where nobody connects: connections come from the test. */
    private static Cancellable listen(
            MigrationAddress address,
            AddressListener.Acceptor acceptor,
            Consumer<AddressListener.Listening> opened,
            Consumer<IOException> failed) {
        opened.accept(
                new AddressListener.Listening() {
                    @Override
                    public List<MigrationAddress> addresses() {
                        return List.of(address);
                    }

                    @Override
                    public void close() {}
                });
        return () -> {};
    }

    /** Listens there, which decides whether other channels can come. */
    void listen(MigrationAddress address) {
        listener.open(
                address, connection -> {}, bound -> {}, refused -> seen.add(refused.getMessage()));
    }

    /** The main channel is there, and has been read up to the end of these bytes. */
    ManualLink main(byte[] bytes) {
        ManualLink link = link("source");
        joining.main(
                link,
                false,
                holds,
                event -> seen.add(event.getClass().getSimpleName()),
                () -> seen.add("stream ended"));
        if (state.awaiting() == MigrationStatus.SETUP) {
            state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        }
        state.move(state.awaiting(), MigrationStatus.ACTIVE);
        loop.run();
        link.receive(bytes);
        return link;
    }

    private void failed(Failure failure) {
        seen.add(failure.text());
    }

    ManualLink link(String peer) {
        return new ManualLink(peer, loop);
    }

    @Override
    public void close() {
        here.close();
    }
}
