package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamListener;
import io.vmferry.protocol.stream.StreamReader;
import io.vmferry.protocol.stream.StreamRules;
import io.vmferry.protocol.stream.WireStrings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the stream says: checks the configuration, loads sections, obeys commands. */
final class IncomingStream implements StreamListener {

    private static final Logger log = LoggerFactory.getLogger(IncomingStream.class);

    private final IncomingMigration migration;
    private final ConfigurationCheck check;
    private final RamLoader ram;
    private final IncomingDevices devices;
    private final StreamRules rules;

    IncomingStream(IncomingMigration migration) {
        this.migration = migration;
        Profile profile = migration.profile();
        this.check = new ConfigurationCheck(migration.guest(), migration.options());
        this.ram = new RamLoader(migration.guest().ram());
        this.devices =
                new IncomingDevices(
                        migration.guest().devices(), new RamReader(ram, RamRules.of(profile)));
        this.rules = StreamRules.of(profile);
    }

    StreamRules rules() {
        return rules;
    }

    RamLoader ram() {
        return ram;
    }

    @Override
    public void fileHeader() {
        // magic and version are all there is to it
    }

    @Override
    public void configuration(Configuration configuration) throws StreamException {
        check.accept(configuration);
        migration.probe().reached(PointName.CONFIGURATION_RECEIVED);
        check.returnPathChannel().ifPresent(migration::announceReturnPath);
    }

    @Override
    public PayloadReader section(SectionHeader header) throws StreamException {
        PayloadReader payload = devices.start(header);
        if (header.type() == SectionType.FULL) {
            migration.probe().reached(PointName.DEVICE_LOAD_STARTED, header.idstr());
        }
        return payload;
    }

    @Override
    public PayloadReader part(SectionType type, int sectionId) throws StreamException {
        PayloadReader payload = devices.part(type, sectionId);
        IncomingDevices.Section section = devices.section(sectionId);
        if (type == SectionType.END && section.device().isPresent()) {
            migration.probe().reached(PointName.DEVICE_LOAD_STARTED, section.name());
        }
        return payload;
    }

    @Override
    public void sectionEnd(SectionType type, int sectionId) throws StreamException {
        IncomingDevices.Section section = devices.section(sectionId);
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
            nanos = iterable.loadNanos();
        } else if (device instanceof StateDevice state) {
            nanos = state.loadNanos();
        }
        migration.holdFor(
                nanos, () -> migration.probe().reached(PointName.DEVICE_LOADED, device.idstr()));
    }

    @Override
    public void command(Command command) throws StreamException {
        migration.probe().reached(PointName.COMMAND_RECEIVED, command.type());
        switch (command) {
            case Command.OpenReturnPath _ -> migration.openReturnPath();
            case Command.Ping(int value) -> pong(value);
            case Command.SwitchoverStart _ -> {
                // devices that want to know it exist from switchover-ack on
            }
            case Command.PostcopyAdvise _ ->
                    throw StreamException.of(
                            StreamError.ADVISE_MISMATCH,
                            "the source advises postcopy, but capability postcopy-ram is off here");
            case Command.PostcopyListen _ -> throw notAdvised("POSTCOPY_LISTEN");
            case Command.PostcopyRun _ -> throw notAdvised("POSTCOPY_RUN");
            case Command.PostcopyRamDiscard _ -> throw notAdvised("POSTCOPY_RAM_DISCARD");
            case Command.Packaged _ ->
                    throw new IllegalStateException("PACKAGED arrives with its package");
            case Command.EnableColo _ ->
                    throw StreamException.of(
                            StreamError.UNKNOWN_COMMAND, "COLO is not built into vmferry");
            case Command.PostcopyResume _ ->
                    log.warn("POSTCOPY_RESUME ignored: there is no recovery under way");
            case Command.RecvBitmap(String block) -> recvBitmap(block);
        }
    }

    private void pong(int value) throws StreamException {
        IncomingReturnPath path =
                migration
                        .returnPath()
                        .orElseThrow(() ->
                                StreamException.of(
                                        StreamError.RETURN_PATH_NOT_OPEN,
                                        "PING before OPEN_RETURN_PATH"));
        migration.send(path, new ReturnPathMessage.Pong(value));
    }

    private static StreamException notAdvised(String command) {
        return StreamException.of(
                StreamError.POSTCOPY_STATE, command + " in postcopy state none (0)");
    }

    private void recvBitmap(String block) throws StreamException {
        if (migration.guest().ram().block(block).isEmpty()) {
            throw StreamException.of(
                    StreamError.RECV_BITMAP_BLOCK, "unknown RAM block " + WireStrings.quote(block));
        }
        log.warn("RECV_BITMAP for '{}' ignored: there is no recovery under way", block);
    }

    @Override
    public void packaged(ByteBuf blob) throws StreamException {
        try {
            StreamReader reader = StreamReader.packaged(this, rules);
            reader.read(blob);
            reader.endOfInput();
        } finally {
            blob.release();
        }
    }

    @Override
    public void endOfStream() {
        migration.probe().reached(PointName.EOF_RECEIVED);
    }

    @Override
    public void vmDescription(long lengthBytes) {
        // nothing in it is needed to load
    }
}
