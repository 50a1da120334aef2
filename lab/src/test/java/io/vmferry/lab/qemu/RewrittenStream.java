package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamBlockSink;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.ram.RamSink;
import io.vmferry.protocol.ram.RamWriter;
import io.vmferry.protocol.ram.XbzrleDecoder;
import io.vmferry.protocol.ram.XbzrleEncoder;
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
import io.vmferry.protocol.stream.StreamWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads a recorded stream of machine {@code none} and writes its sections of RAM again, each to be
 * what was recorded: pages that came as a difference are encoded anew from the page before and the
 * page as it is then.
 */
final class RewrittenStream implements StreamListener, RamSink, RamBlockSink {

    private static final int FOOTER_BYTES = 5;
    private static final int PART_HEAD_BYTES = 5;
    private static final Map<String, Integer> DEVICE_BYTES =
            Map.of("timer", 24, "globalstate", 104);

    private final byte[] recorded;
    private final byte[] content;
    private final RamReader reader;
    private final RamWriter writer = new RamWriter();
    private final XbzrleEncoder encoder = new XbzrleEncoder();
    private final RamBlockName name = new RamBlockName("ram");
    private final ByteBuf written = Unpooled.buffer();
    private final Map<Integer, String> sections = new HashMap<>();
    private final byte[] before = new byte[RamFlags.PAGE_SIZE];
    private final byte[] now = new byte[RamFlags.PAGE_SIZE];
    private long headBytes;
    private int deltas;

    private RewrittenStream(byte[] recorded, int ramBytes, Profile profile) {
        this.recorded = recorded;
        this.content = new byte[ramBytes];
        this.reader = new RamReader(this, RamRules.of(profile));
    }

    /** Reads and writes a whole stream. */
    static RewrittenStream of(byte[] recorded, int ramBytes, Profile profile)
            throws StreamException {
        RewrittenStream stream = new RewrittenStream(recorded, ramBytes, profile);
        StreamReader reader = StreamReader.migration(stream, StreamRules.of(profile));
        reader.read(Unpooled.wrappedBuffer(recorded));
        reader.endOfInput();
        return stream;
    }

    /** The pages that came as a difference. */
    int deltas() {
        return deltas;
    }

    /** RAM as it is at the end of the stream. */
    byte[] content() {
        return content;
    }

    @Override
    public void configuration(Element at, Configuration configuration) {}

    @Override
    public void command(Element at, Command command) {}

    @Override
    public void endOfStream(Element at) {}

    @Override
    public void vmDescription(Element at, ByteBuf json) {}

    @Override
    public void packaged(Element at, ByteBuf blob) {
        throw new AssertionError("A package in a precopy");
    }

    @Override
    public PayloadReader section(Element head, SectionHeader header) {
        sections.put(header.sectionId(), header.idstr());
        headBytes = head.lengthBytes();
        return header.idstr().equals("ram")
                ? reader
                : PayloadReader.skipping(
                        Objects.requireNonNull(DEVICE_BYTES.get(header.idstr()), header.idstr()));
    }

    @Override
    public PayloadReader part(long offset, SectionType type, int sectionId) {
        assertThat(sections.get(sectionId)).isEqualTo("ram");
        headBytes = PART_HEAD_BYTES;
        return reader;
    }

    @Override
    public void sectionEnd(long offset, long lengthBytes, SectionType type, int sectionId) {
        if (!"ram".equals(sections.get(sectionId))) {
            return;
        }
        writer.eos(written);
        StreamWriter.footer(written, sectionId);
        int from = (int) (offset + headBytes);
        int to = (int) (offset + lengthBytes);
        assertThat(ByteBufUtil.getBytes(written))
                .as("%s of RAM at byte %d", type, offset)
                .isEqualTo(Arrays.copyOfRange(recorded, from, to));
        assertThat(lengthBytes).isGreaterThan(headBytes + FOOTER_BYTES);
        written.clear();
    }

    @Override
    public void blockListed(RamBlockEntry entry) {
        writer.setup(written, List.of(entry));
    }

    @Override
    public RamBlockSink block(String idstr) {
        assertThat(idstr).isEqualTo("ram");
        return this;
    }

    @Override
    public void multifdFlush() {
        throw new AssertionError("A flush without multifd");
    }

    @Override
    public long usedLengthBytes() {
        return content.length;
    }

    @Override
    public void zeroPage(long offset, int fill) {
        writer.zeroPage(written, name, offset);
        Arrays.fill(content, (int) offset, (int) offset + RamFlags.PAGE_SIZE, (byte) fill);
    }

    @Override
    public void page(long offset, ByteBuf in) {
        writer.pageHeader(written, RamFlags.PAGE, name, offset);
        in.readBytes(content, (int) offset, RamFlags.PAGE_SIZE);
        written.writeBytes(content, (int) offset, RamFlags.PAGE_SIZE);
    }

    @Override
    public void delta(long offset, ByteBuf in, int lengthBytes) throws StreamException {
        deltas++;
        System.arraycopy(content, (int) offset, before, 0, RamFlags.PAGE_SIZE);
        System.arraycopy(before, 0, now, 0, RamFlags.PAGE_SIZE);
        XbzrleDecoder.decode(
                in,
                lengthBytes,
                offset,
                (at, from, index, bytes) -> from.getBytes(index, now, at, bytes));
        System.arraycopy(now, 0, content, (int) offset, RamFlags.PAGE_SIZE);
        assertThat(encoder.encode(before, now)).isEqualTo(lengthBytes);
        writer.delta(written, name, offset, encoder.encoded(), lengthBytes);
    }
}
