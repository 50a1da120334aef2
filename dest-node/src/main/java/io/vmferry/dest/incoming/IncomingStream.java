package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamListener;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the stream says: checks the configuration, loads sections, obeys commands. */
final class IncomingStream implements StreamListener {

    private static final Logger log = LoggerFactory.getLogger(IncomingStream.class);

    private final IncomingMigration migration;
    private final StreamInput input;
    private final IncomingDevices devices;
    private final ConfigurationCheck check;
    private final DeviceTrouble trouble;
    private boolean coloAsked;

    /**
     * @param input where the stream comes from, to be held back while a device takes its time
     */
    IncomingStream(IncomingMigration migration, StreamInput input, IncomingLoad load) {
        this.migration = migration;
        this.input = input;
        this.devices = load.devices();
        this.check = load.check();
        this.trouble = load.trouble();
    }

    /**
     * A migration that has ended, or paused, does nothing of what is left of its streams: it may
     * have ended while one of them was being read.
     */
    private void requireGoingOn() throws StreamException {
        if (migration.halted()) {
            throw StreamException.of(
                    StreamError.MIGRATION_ENDED, "the migration has ended or paused");
        }
    }

    @Override
    public void fileHeader() {
        // magic and version are all there is to it
    }

    @Override
    public void configuration(Configuration configuration) throws StreamException {
        requireGoingOn();
        check.accept(configuration);
        migration.probe().reached(PointName.CONFIGURATION_RECEIVED);
        migration.approvals().begin();
        migration.channels().configured(check.returnPathChannel());
        if (migration.profile().opensPreemptChannelAtStart()) {
            input.holdDuring(migration.channels()::whenPreempt);
        }
    }

    @Override
    public PayloadReader section(SectionHeader header) throws StreamException {
        requireGoingOn();
        PayloadReader payload = devices.start(header);
        if (header.type() == SectionType.FULL) {
            migration.probe().reached(PointName.DEVICE_LOAD_STARTED, header.idstr());
        }
        return payload;
    }

    @Override
    public PayloadReader part(SectionType type, int sectionId) throws StreamException {
        requireGoingOn();
        PayloadReader payload = devices.part(type, sectionId);
        IncomingDevices.Section section = devices.section(sectionId);
        if (type == SectionType.END && section.device().isPresent()) {
            migration.probe().reached(PointName.DEVICE_LOAD_STARTED, section.name());
        }
        return payload;
    }

    @Override
    public void sectionEnd(SectionType type, int sectionId) throws StreamException {
        requireGoingOn();
        IncomingDevices.Section section = devices.section(sectionId);
        if (section.device().orElse(null) instanceof IterableDevice iterable) {
            migration.approvals().payloadLoaded(iterable);
        }
        switch (type) {
            case START -> migration.probe().reached(PointName.SETUP_LOADED, section.name());
            case FULL, END -> {
                if (section.device().isPresent()) {
                    deviceLoaded(section.device().get());
                }
            }
            default -> {
                // a PART is nothing to tell of
            }
        }
    }

    /** A device that takes time to load holds the stream back, as it does in QEMU. */
    private void deviceLoaded(Device device) throws StreamException {
        long nanos = 0;
        if (device instanceof IterableDevice iterable) {
            iterable.checkLoaded();
            nanos = migration.approvals().preallocLeftNanos(iterable) + iterable.loadNanos();
        } else if (device instanceof StateDevice state) {
            nanos = state.loadNanos();
        }
        holdFor(nanos, () -> settle(device));
    }

    /** Holds the stream back for a while, runs the action, goes on. */
    private void holdFor(long nanos, Runnable action) {
        if (nanos <= 0) {
            action.run();
            return;
        }
        input.hold();
        migration
                .loop()
                .schedule(
                        nanos,
                        () -> {
                            if (migration.listens()) {
                                action.run();
                                input.release();
                            }
                        });
    }

    private void settle(Device device) {
        trouble.loading(device.idstr())
                .ifPresentOrElse(
                        why -> migration.end(Failure.Device.cannot("load", device.idstr(), why)),
                        () -> readGuestMemory(device));
    }

    /** A device that looks at guest memory may find it missing, and holds the stream back again. */
    private void readGuestMemory(Device device) {
        GuestRam ram = migration.guest().ram();
        OptionalLong guestPage =
                device instanceof StateDevice state
                        ? state.guestPageReadOnLoad(ram.pageCount())
                        : OptionalLong.empty();
        if (guestPage.isEmpty()) {
            tellLoaded(device);
            return;
        }
        RamBlock block = ram.blockOfPage(guestPage.getAsLong());
        long page = guestPage.getAsLong() - block.firstPage();
        boolean missing =
                migration
                        .guest()
                        .memory()
                        .fetch(
                                block,
                                page,
                                () -> {
                                    tellLoaded(device);
                                    input.release();
                                });
        if (missing) {
            input.hold();
        } else {
            tellLoaded(device);
        }
    }

    private void tellLoaded(Device device) {
        migration.probe().reached(PointName.DEVICE_LOADED, device.idstr());
    }

    @Override
    public void command(Command command) throws StreamException {
        requireGoingOn();
        migration.probe().reached(PointName.COMMAND_RECEIVED, command.type());
        switch (command) {
            case Command.OpenReturnPath _ -> migration.channels().openReturnPath();
            case Command.Ping(int value) -> ping(value);
            case Command.SwitchoverStart _ -> {
                // no device here has to know
            }
            case Command.PostcopyAdvise(Optional<Command.PageSizes> sizes) ->
                    migration.postcopy().advise(sizes);
            case Command.PostcopyListen _ -> listen();
            case Command.PostcopyRun _ -> migration.postcopy().run(input);
            case Command.PostcopyRamDiscard(String block, List<Command.Range> ranges) ->
                    migration.postcopy().discard(block, ranges);
            case Command.Packaged _ ->
                    throw new IllegalStateException("PACKAGED arrives with its package");
            case Command.EnableColo _ -> enableColo();
            case Command.PostcopyResume _ -> migration.recovery().resume();
            case Command.RecvBitmap(String block) ->
                    migration.recovery().tellReceived(input, block);
        }
    }

    private void ping(int value) throws StreamException {
        IncomingReturnPath path =
                migration
                        .channels()
                        .returnPath()
                        .orElseThrow(() ->
                                StreamException.of(
                                        StreamError.RETURN_PATH_NOT_OPEN,
                                        "PING before OPEN_RETURN_PATH"));
        migration.liveness().pinged(value);
        if (value == Command.Ping.PACKAGE_LOADED && input instanceof PackageInput) {
            // the answer tells the source that it cannot have the guest back
            input.holdDuring(goOn -> migration.postcopy().claim(() -> pong(path, value), goOn));
        } else {
            pong(path, value);
        }
    }

    private void pong(IncomingReturnPath path, int value) {
        migration.channels().answer(input, path, new ReturnPathMessage.Pong(value));
        migration.probe().reached(PointName.PONG_SENT, value);
    }

    /**
     * A QEMU that runs a guest from a file waits for pages for ever, or does not answer any more.
     */
    private void listen() throws StreamException {
        if (migration.comesFromFile()) {
            throw StreamException.of(
                    StreamError.POSTCOPY_STATE,
                    "POSTCOPY_LISTEN in a file, which nobody can ask for pages");
        }
        migration.postcopy().listen(input);
    }

    /**
     * Loads the guest all the same, as QEMU does; that it cannot be had comes to light behind it.
     */
    private void enableColo() throws StreamException {
        if (migration.profile().enableColoNeedsCapability()) {
            throw StreamException.of(
                    StreamError.CAPABILITY_MISMATCH,
                    "ENABLE_COLO, but capability x-colo is off here");
        }
        if (!coloAsked) {
            coloAsked = true;
            log.warn("The source asks for a COLO secondary, which is not built");
            migration.askForColo();
        }
    }

    @Override
    public void packageAnnounced(long lengthBytes) throws StreamException {
        requireGoingOn();
        migration.postcopy().packageAnnounced();
    }

    @Override
    public void packaged(ByteBuf blob) throws StreamException {
        requireGoingOn();
        migration.postcopy().packaged(blob, migration.channels().main().orElseThrow());
    }

    @Override
    public void endOfStream() throws StreamException {
        requireGoingOn();
        migration.probe().reached(PointName.EOF_RECEIVED);
    }

    @Override
    public void vmDescription(long lengthBytes) {
        // nothing in it is needed to load
    }
}
