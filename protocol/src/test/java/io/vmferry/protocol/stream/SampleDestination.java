package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockSink;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.ram.RamSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A minimal destination: machine {@code none} with a block {@code ram} of four pages, {@code timer}
 * and {@code globalstate}. Records every call.
 */
public final class SampleDestination implements StreamListener, RamSink {

    private static final long RAM_BYTES = 4 * 4096;
    private static final int DESCRIPTION_HEAD_BYTES = 5;

    private final StreamRules rules;
    private final RamReader ram = new RamReader(this, RamRules.of(Profile.DEFAULT));
    private final Map<Integer, PayloadReader> sections = new HashMap<>();
    private final List<String> log = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private StreamReader reader;

    /** Creates a destination whose stream follows {@code rules}. */
    public SampleDestination(StreamRules rules) {
        this.rules = rules;
    }

    /** The calls so far, one line each; an error is the last line. */
    public List<String> log() {
        return log;
    }

    /** Reads a whole stream from one buffer and returns the log. */
    static List<String> outcome(byte[] stream) {
        SampleDestination destination = new SampleDestination(StreamRules.of(Profile.DEFAULT));
        StreamReader reader = destination.migration();
        try {
            reader.read(Unpooled.wrappedBuffer(stream));
            reader.endOfInput();
        } catch (StreamException refused) {
            destination.log.add(refused.error() + " " + refused.getMessage());
        }
        return destination.log;
    }

    /** Reads a whole stream in pieces of random size and returns the log. */
    static List<String> outcomeInPieces(byte[] stream, SplittableRandom random) {
        SampleDestination destination = new SampleDestination(StreamRules.of(Profile.DEFAULT));
        StreamReader reader = destination.migration();
        Cumulation cumulation = new Cumulation();
        try {
            Bytes.feedInPieces(stream, random, cumulation, reader::read);
            reader.endOfInput();
        } catch (StreamException refused) {
            destination.log.add(refused.error() + " " + refused.getMessage());
        } finally {
            cumulation.release();
        }
        return destination.log;
    }

    /** Creates the reader of a new stream. */
    public StreamReader migration() {
        return migration(this);
    }

    /** Creates the reader of a new stream, with a listener that is called first. */
    StreamReader migration(StreamListener first) {
        reader = StreamReader.migration(first, rules);
        return reader;
    }

    /** Creates the reader of a recovered main channel; section 1 is {@code ram}. */
    public StreamReader recovery() {
        return recovery(this);
    }

    /** Creates the reader of a recovered main channel, with a listener that is called first. */
    StreamReader recovery(StreamListener first) {
        sections.put(1, ram);
        ram.enterPostcopy();
        reader = StreamReader.recovery(first, rules);
        return reader;
    }

    @Override
    public void fileHeader(Element at) {
        log.add("header");
    }

    @Override
    public void configuration(Element at, Configuration configuration) throws StreamException {
        if (!"none".startsWith(configuration.machineName())) {
            throw StreamException.of(
                    StreamError.MACHINE_MISMATCH,
                    "Machine type " + WireStrings.quote(configuration.machineName()));
        }
        log.add(configuration.toString());
    }

    @Override
    public PayloadReader section(Element head, SectionHeader header) throws StreamException {
        PayloadReader payload =
                switch (header.label()) {
                    case "ram" -> ram;
                    case "timer" -> PayloadReader.fixed(24, this::fields);
                    case "globalstate" -> PayloadReader.fixed(104, this::fields);
                    default ->
                            throw StreamException.of(
                                    StreamError.UNKNOWN_SECTION,
                                    "Unknown section " + WireStrings.quote(header.label()));
                };
        sections.put(header.sectionId(), payload);
        log.add(header.toString());
        return payload;
    }

    private void fields(StateReader fields) throws StreamException {
        log.add("fields from " + fields.uint64());
    }

    @Override
    public PayloadReader part(long offset, SectionType type, int sectionId) throws StreamException {
        if (!sections.containsKey(sectionId)) {
            throw StreamException.of(
                    StreamError.UNKNOWN_SECTION_ID, "Unknown section id " + sectionId);
        }
        log.add(type + " " + sectionId);
        return sections.get(sectionId);
    }

    @Override
    public void sectionEnd(long offset, long lengthBytes, SectionType type, int sectionId) {
        log.add("end of " + type + " " + sectionId);
    }

    @Override
    public void command(Element at, Command command) {
        log.add(command.toString());
        if (command instanceof Command.PostcopyListen) {
            ram.enterPostcopy();
            reader.enterPostcopy();
        }
    }

    @Override
    public void packaged(Element at, ByteBuf blob) throws StreamException {
        log.add("package of " + blob.readableBytes());
        try {
            StreamReader inner = StreamReader.packaged(this, rules);
            inner.read(blob);
            inner.endOfInput();
        } finally {
            blob.release();
        }
    }

    @Override
    public void endOfStream(Element at) {
        log.add("EOF");
    }

    @Override
    public void vmDescription(Element at, ByteBuf json) {
        log.add("description of " + (at.lengthBytes() - DESCRIPTION_HEAD_BYTES));
    }

    @Override
    public void blockListed(RamBlockEntry entry) throws StreamException {
        requireBlock(entry.idstr());
        if (entry.usedLengthBytes() != RAM_BYTES) {
            throw StreamException.of(
                    StreamError.RAM_SIZE_MISMATCH,
                    "Block of 0x%x bytes".formatted(entry.usedLengthBytes()));
        }
        log.add(entry.toString());
    }

    @Override
    public RamBlockSink block(String idstr) throws StreamException {
        requireBlock(idstr);
        return new RamBlockSink() {
            @Override
            public long usedLengthBytes() {
                return RAM_BYTES;
            }

            @Override
            public void zeroPage(long offset, int fill) {
                log.add("zero " + offset + " " + fill);
            }

            @Override
            public void page(long offset, ByteBuf in) {
                log.add("page " + offset + " " + ByteBufUtil.hashCode(in.readSlice(4096)));
            }

            @Override
            public void delta(long offset, ByteBuf in, int lengthBytes) {
                log.add("delta " + offset + " " + ByteBufUtil.hashCode(in.readSlice(lengthBytes)));
            }
        };
    }

    private static void requireBlock(String idstr) throws StreamException {
        if (!idstr.equals("ram")) {
            throw StreamException.of(
                    StreamError.RAM_UNKNOWN_BLOCK, "Unknown block " + WireStrings.quote(idstr));
        }
    }

    @Override
    public void multifdFlush() {
        log.add("flush");
    }
}
