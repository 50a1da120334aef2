package io.vmferry.lab.capture;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.vmferry.protocol.stream.Element;
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
import java.util.Objects;

/**
 * The items of a stream of machine {@code none}, in order and in words: what does not depend on the
 * time at which pages were sent. Parts and discards that follow each other are one.
 */
final class StreamStructure implements StreamListener, RamSink, RamBlockSink {

    private static final Map<String, Integer> DEVICE_BYTES =
            Map.of("timer", 24, "globalstate", 104);

    private final StreamRules rules;
    private final RamReader ram;
    private final List<String> items = new ArrayList<>();
    private final Map<Integer, String> sections = new HashMap<>();
    private long blockBytes;
    private long readBytes;
    private String indent = "";

    private StreamStructure(Profile profile) {
        this.rules = StreamRules.of(profile);
        this.ram = new RamReader(this, RamRules.of(profile));
    }

    /** The structure of the whole of a stream. */
    static List<String> of(byte[] stream, Profile profile) throws StreamException {
        StreamStructure structure = new StreamStructure(profile);
        StreamReader reader = StreamReader.migration(structure, structure.rules);
        reader.read(Unpooled.wrappedBuffer(stream));
        reader.endOfInput();
        assertThat(structure.readBytes).as("elements without a gap").isEqualTo(stream.length);
        return structure.items;
    }

    /** Each element begins where the one before it ended. */
    private void follows(Element at) {
        assertThat(at.offset()).isEqualTo(readBytes);
        readBytes = at.end();
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
    public void fileHeader(Element at) {
        follows(at);
        item("file header");
    }

    @Override
    public void configuration(Element at, Configuration configuration) {
        follows(at);
        item(configuration.toString());
    }

    @Override
    public PayloadReader section(Element head, SectionHeader header) {
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
                : PayloadReader.skipping(
                        Objects.requireNonNull(DEVICE_BYTES.get(header.idstr()), header.idstr()));
    }

    @Override
    public PayloadReader part(long offset, SectionType type, int sectionId) {
        once(type + " " + sections.get(sectionId));
        return ram;
    }

    @Override
    public void sectionEnd(long offset, long lengthBytes, SectionType type, int sectionId) {
        follows(new Element(offset, lengthBytes));
    }

    @Override
    public void command(Element at, Command command) {
        follows(at);
        if (command instanceof Command.PostcopyRamDiscard discard) {
            once("discards of " + discard.block());
        } else {
            item(command.toString());
        }
    }

    @Override
    public void packaged(Element at, ByteBuf blob) throws StreamException {
        follows(at);
        item("package of %d bytes".formatted(blob.readableBytes()));
        long outside = readBytes;
        readBytes = 0;
        indent = "  ";
        StreamReader reader = StreamReader.packaged(this, rules);
        try {
            reader.read(blob);
            reader.endOfInput();
        } finally {
            blob.release();
        }
        indent = "";
        readBytes = outside;
        ram.enterPostcopy();
    }

    @Override
    public void endOfStream(Element at) {
        follows(at);
        item("end of stream");
    }

    @Override
    public int keptDescriptionBytes() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void vmDescription(Element at, ByteBuf json) {
        follows(at);
        item(json.toString(StandardCharsets.UTF_8));
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

    @Override
    public void delta(long offset, ByteBuf in, int lengthBytes) {
        in.skipBytes(lengthBytes);
    }
}
