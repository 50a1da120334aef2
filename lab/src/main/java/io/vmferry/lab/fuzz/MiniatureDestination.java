package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockSink;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.ram.RamSink;
import io.vmferry.protocol.ram.XbzrleDecoder;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.Element;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StateReader;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamListener;
import io.vmferry.protocol.stream.StreamReader;
import io.vmferry.protocol.stream.StreamRules;
import io.vmferry.protocol.stream.WireStrings;
import java.util.HashMap;
import java.util.Map;

/**
 * A destination without a guest: it knows two RAM blocks, one of them of huge pages, and devices
 * with a state of a fixed length and of any length, and records all calls.
 */
final class MiniatureDestination implements StreamListener, RamSink {

    static final String BLOCK = "ram";
    static final String HUGE_BLOCK = "huge";
    static final long BLOCK_BYTES = 4 * RamFlags.PAGE_SIZE;
    static final int SECTION = 1;
    static final int TIMER_BYTES = 24;
    static final int OPAQUE_BYTES = 300;
    private static final int DESCRIPTION_HEAD_BYTES = 5;

    private final Cuts cuts;
    private final Trace trace;
    private final StreamRules rules;
    private final RamReader ram;
    private final Map<Integer, PayloadReader> sections = new HashMap<>();
    private final Block block = new Block(BLOCK);
    private final Block huge = new Block(HUGE_BLOCK);

    @SuppressWarnings("NullAway.Init") // set before the first byte
    private StreamReader reader;

    MiniatureDestination(Profile profile, Cuts cuts, Trace trace) {
        this.cuts = cuts;
        this.trace = trace;
        this.rules = StreamRules.of(profile);
        this.ram = new RamReader(this, RamRules.of(profile));
    }

    /** Sets which reader is to be paused, and what came before its bytes. */
    void begin(StreamReader first, StreamTarget.ReaderKind kind) {
        reader = first;
        if (kind != StreamTarget.ReaderKind.MIGRATION) {
            sections.put(SECTION, ram);
        }
        if (kind == StreamTarget.ReaderKind.RECOVERY) {
            ram.enterPostcopy();
        }
    }

    private void note(String kind, Object value) {
        trace.note(kind, value);
        if (cuts.pausesHere()) {
            reader.pause();
        }
    }

    @Override
    public void fileHeader(Element at) {
        note("header", "");
    }

    @Override
    public void configuration(Element at, Configuration configuration) throws StreamException {
        note("configuration", configuration);
        if (configuration.machineName().startsWith("x")) {
            throw StreamException.of(
                    StreamError.MACHINE_MISMATCH,
                    "Machine " + WireStrings.quote(configuration.machineName()));
        }
    }

    @Override
    public PayloadReader section(Element head, SectionHeader header) throws StreamException {
        note("section", header);
        PayloadReader payload =
                switch (header.idstr()) {
                    case "ram" -> ram;
                    case "timer" -> PayloadReader.fixed(TIMER_BYTES, this::timer);
                    case "opaque" -> PayloadReader.skipping(OPAQUE_BYTES);
                    case "endless" -> PayloadReader.skipping(Long.MAX_VALUE);
                    default ->
                            throw StreamException.of(
                                    StreamError.UNKNOWN_SECTION,
                                    "Unknown section " + WireStrings.quote(header.label()));
                };
        sections.put(header.sectionId(), payload);
        return payload;
    }

    private void timer(StateReader fields) throws StreamException {
        long ticks = fields.int64();
        trace.note("timer", ticks);
        if (ticks < 0) {
            throw StreamException.of(StreamError.DEVICE_STATE, "A timer at " + ticks);
        }
    }

    @Override
    public PayloadReader part(long offset, SectionType type, int sectionId) throws StreamException {
        note("part", sectionId);
        PayloadReader payload = sections.get(sectionId);
        if (payload == null) {
            throw StreamException.of(
                    StreamError.UNKNOWN_SECTION_ID, "Unknown section id " + sectionId);
        }
        return payload;
    }

    @Override
    public void sectionEnd(long offset, long lengthBytes, SectionType type, int sectionId) {
        note("section end", sectionId);
    }

    @Override
    public void command(Element at, Command command) {
        note("command", command);
        if (command instanceof Command.PostcopyListen) {
            ram.enterPostcopy();
            reader.enterPostcopy();
        }
    }

    @Override
    public void packageAnnounced(Element head, long lengthBytes) {
        note("announced", lengthBytes);
    }

    /** Read as a whole, as the package is once it is there. */
    @Override
    public void packaged(Element at, ByteBuf blob) throws StreamException {
        note("package", blob.readableBytes());
        StreamReader outer = reader;
        StreamReader inner = StreamReader.packaged(this, rules);
        reader = inner;
        try {
            inner.read(blob);
            while (inner.paused()) {
                inner.resume();
                inner.read(blob);
            }
            inner.endOfInput();
        } finally {
            blob.release();
            reader = outer;
        }
    }

    @Override
    public void endOfStream(Element at) {
        note("end", "");
    }

    @Override
    public void vmDescription(Element at, ByteBuf json) {
        note("description", at.lengthBytes() - DESCRIPTION_HEAD_BYTES);
    }

    @Override
    public boolean pageSizeListed(String idstr) {
        return idstr.equals(HUGE_BLOCK);
    }

    @Override
    public void blockListed(RamBlockEntry entry) {
        trace.note("listed", entry);
    }

    @Override
    public RamBlockSink block(String idstr) throws StreamException {
        return switch (idstr) {
            case BLOCK -> block;
            case HUGE_BLOCK -> huge;
            default ->
                    throw StreamException.of(
                            StreamError.RAM_UNKNOWN_BLOCK,
                            "Unknown block " + WireStrings.quote(idstr));
        };
    }

    @Override
    public void multifdFlush() {
        note("flush", "");
    }

    private final class Block implements RamBlockSink {

        private final String zero;
        private final String page;
        private final String delta;

        Block(String idstr) {
            this.zero = "zeros in " + idstr;
            this.page = "page in " + idstr;
            this.delta = "delta in " + idstr;
        }

        @Override
        public long usedLengthBytes() {
            return BLOCK_BYTES;
        }

        @Override
        public void zeroPage(long offset, int fill) {
            trace.note(zero, offset + fill);
        }

        @Override
        public void page(long offset, ByteBuf in) {
            trace.note(page, offset + ByteBufUtil.hashCode(in.readSlice(RamFlags.PAGE_SIZE)));
        }

        @Override
        public void delta(long offset, ByteBuf in, int lengthBytes) throws StreamException {
            XbzrleDecoder.decode(
                    in,
                    lengthBytes,
                    offset,
                    (at, from, index, bytes) ->
                            trace.note(
                                    delta,
                                    offset + at + ByteBufUtil.hashCode(from.slice(index, bytes))));
        }
    }
}
