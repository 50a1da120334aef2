package io.vmferry.lab.capture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockSink;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.ram.RamSink;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamListener;
import io.vmferry.protocol.stream.StreamReader;
import io.vmferry.protocol.stream.StreamRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The items of a stream of machine {@code none}, in order and in words: what does not depend on the
 * time at which pages were sent. Parts and discards that follow each other are one.
 */
final class StreamStructure implements StreamListener, RamSink, RamBlockSink {

    private static final Map<String, Integer> DEVICE_BYTES =
            Map.of("timer", 24, "globalstate", 104);

    private final byte[] stream;
    private final StreamRules rules;
    private final RamReader ram;
    private final List<String> items = new ArrayList<>();
    private final Map<Integer, String> sections = new HashMap<>();
    private long blockBytes;
    private String indent = "";

    private StreamStructure(byte[] stream, Profile profile) {
        this.stream = stream;
        this.rules = StreamRules.of(profile);
        this.ram = new RamReader(this, RamRules.of(profile));
    }

    /** The structure of the whole of a stream. */
    static List<String> of(byte[] stream, Profile profile) throws StreamException {
        StreamStructure structure = new StreamStructure(stream, profile);
        StreamReader reader = StreamReader.migration(structure, structure.rules);
        reader.read(Unpooled.wrappedBuffer(stream));
        reader.endOfInput();
        return structure.items;
    }

    private void item(String text) {
        items.add(indent + text);
    }

    private void once(String text) {
        if (!items.getLast().equals(indent + text)) {
            item(text);
        }
    }

    @Override
    public void fileHeader() {
        item("file header");
    }

    @Override
    public void configuration(Configuration configuration) {
        item(configuration.toString());
    }

    @Override
    public PayloadReader section(SectionHeader header) {
        item(
                "%s %d %s version %d"
                        .formatted(
                                header.type(),
                                header.sectionId(),
                                header.label(),
                                header.versionId()));
        sections.put(header.sectionId(), header.idstr());
        return header.idstr().equals("ram")
                ? ram
                : PayloadReader.skipping(DEVICE_BYTES.get(header.idstr()));
    }

    @Override
    public PayloadReader part(SectionType type, int sectionId) {
        once(type + " " + sections.get(sectionId));
        return ram;
    }

    @Override
    public void sectionEnd(SectionType type, int sectionId) {
        // told by its beginning
    }

    @Override
    public void command(Command command) {
        if (command instanceof Command.PostcopyRamDiscard discard) {
            once("discards of " + discard.block());
        } else {
            item(command.toString());
        }
    }

    @Override
    public void packaged(ByteBuf blob) throws StreamException {
        item("package of %d bytes".formatted(blob.readableBytes()));
        indent = "  ";
        StreamReader reader = StreamReader.packaged(this, rules);
        try {
            reader.read(blob);
            reader.endOfInput();
        } finally {
            blob.release();
        }
        indent = "";
        ram.enterPostcopy();
    }

    @Override
    public void endOfStream() {
        item("end of stream");
    }

    @Override
    public void vmDescription(long lengthBytes) {
        int from = stream.length - Math.toIntExact(lengthBytes);
        item(new String(stream, from, stream.length - from, StandardCharsets.UTF_8));
    }

    @Override
    public void blockListed(RamBlockEntry entry) {
        item("  " + entry);
        blockBytes = entry.usedLengthBytes();
    }

    @Override
    public RamBlockSink block(String idstr) {
        return this;
    }

    @Override
    public void multifdFlush() {
        once("multifd flush");
    }

    @Override
    public long usedLengthBytes() {
        return blockBytes;
    }

    @Override
    public void zeroPage(long offset, int fill) {
        // how many there are depends on the time
    }

    @Override
    public void page(long offset, ByteBuf in) {
        in.skipBytes(RamFlags.PAGE_SIZE);
    }
}
