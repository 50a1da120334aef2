package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.Element;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamListener;
import io.vmferry.protocol.stream.StreamReader;
import io.vmferry.protocol.stream.StreamRules;
import java.util.List;

/** Follows a migration stream as far as the wire tells how long its elements are. */
final class StreamParser extends ElementParser implements StreamListener {

    /** Those whose state has the same form at every peer. */
    private final List<StateDevice> devices =
            List.of(new TimerDevice(), new GlobalStateDevice(() -> RunState.RUNNING));

    private final StreamKnowledge known;
    private final StreamReader reader;
    private final RamReader ram;

    private StreamParser(StreamKnowledge known, boolean recovers) {
        this.known = known;
        StreamRules rules = StreamRules.of(Profile.DEFAULT);
        this.reader =
                recovers ? StreamReader.recovery(this, rules) : StreamReader.migration(this, rules);
        this.ram = known.reader();
    }

    /** Of the first connection of a migration. */
    static StreamParser first(StreamKnowledge known) {
        known.clear();
        return new StreamParser(known, false);
    }

    /** Of the main connection of a recovery. */
    static StreamParser recovery(StreamKnowledge known) {
        return new StreamParser(known, true);
    }

    @Override
    void read(ByteBuf in) throws StreamException {
        reader.read(in);
    }

    @Override
    boolean passesPieces() {
        return true;
    }

    @Override
    void pass(Passing passing, ByteBuf bytes, Outlet out) {
        out.pass(bytes);
        out.passed(passing);
    }

    @Override
    public void fileHeader(Element at) {
        see(at, PlaceName.HEADER, "");
    }

    @Override
    public void configuration(Element at, Configuration configuration) {
        see(at, PlaceName.CONFIGURATION, "");
    }

    @Override
    public PayloadReader section(Element head, SectionHeader header) throws StreamException {
        see(head, PlaceName.SECTION, header.idstr());
        if (header.idstr().equals("ram")) {
            known.ramSection(header.sectionId());
            return ram;
        }
        return devices.stream()
                .filter(device -> device.idstr().equals(header.idstr()))
                .filter(device -> header.versionId() >= device.minimumVersionId())
                .filter(device -> header.versionId() <= device.versionId())
                .findFirst()
                .orElseThrow(() ->
                        StreamException.of(
                                StreamError.UNKNOWN_SECTION,
                                "Nothing tells how long the state of %s is"
                                        .formatted(header.idstr())))
                .loader(header.versionId());
    }

    @Override
    public PayloadReader part(long offset, SectionType type, int sectionId) throws StreamException {
        if (!known.isRam(sectionId)) {
            throw StreamException.of(
                    StreamError.UNKNOWN_SECTION,
                    "Nothing tells how long section %d is".formatted(sectionId));
        }
        return ram;
    }

    @Override
    public void command(Element at, Command command) {
        see(at, PlaceName.COMMAND, command.type().name());
        if (command instanceof Command.Ping(int value)) {
            see(at, PlaceName.PING, "0x" + Integer.toHexString(value));
        }
    }

    @Override
    public void packaged(Element at, ByteBuf blob) {
        see(at, PlaceName.PACKAGE, "");
        blob.release();
        ram.enterPostcopy();
        known.enterPostcopy();
        reader.enterPostcopy();
    }

    @Override
    public void endOfStream(Element at) {
        see(at, PlaceName.EOF, "");
    }
}
