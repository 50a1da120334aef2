package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.profile.Profile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each element is reported with offset and length, which cover the stream without gaps. */
class ElementsTest {

    /** A sample stream, with its first and last byte in hex. */
    enum Sample {
        PRECOPY("51", "7d"),
        POSTCOPY("51", "00"),
        RECOVERY("08", "00");

        private final String first;
        private final String last;

        Sample(String first, String last) {
            this.first = first;
            this.last = last;
        }

        byte[] bytes() {
            return switch (this) {
                case PRECOPY -> SampleStreams.precopy();
                case POSTCOPY -> SampleStreams.postcopy();
                case RECOVERY -> SampleStreams.recovery();
            };
        }
    }

    /** Records elements; the offsets of those in a package count from the start of the package. */
    private static final class Notes extends ForwardingListener {

        final List<String> notes = new ArrayList<>();
        final List<Element> tiles = new ArrayList<>();
        final List<Element> packaged = new ArrayList<>();
        private final int keptBytes;
        private List<Element> now = tiles;

        @SuppressWarnings("NullAway.Init") // set as the test begins
        private Element head;

        private ByteBuf json = Unpooled.EMPTY_BUFFER;

        Notes(SampleDestination destination, int keptBytes) {
            super(destination);
            this.keptBytes = keptBytes;
        }

        private void tile(String what, Element at) {
            notes.add(what + " " + at);
            now.add(at);
        }

        private void head(String what, Element at) {
            notes.add(what + " " + at);
            head = at;
        }

        /** Records the element that ends here and began with the last header. */
        private void whole(String what, Element at) {
            assertThat(at.offset()).isEqualTo(head.offset());
            assertThat(at.end()).isGreaterThan(head.end());
            tile(what, at);
        }

        @Override
        public void fileHeader(Element at) throws StreamException {
            tile("header", at);
            super.fileHeader(at);
        }

        @Override
        public void configuration(Element at, Configuration configuration) throws StreamException {
            tile("configuration", at);
            super.configuration(at, configuration);
        }

        @Override
        public PayloadReader section(Element at, SectionHeader header) throws StreamException {
            head("head of " + header.idstr(), at);
            return super.section(at, header);
        }

        @Override
        public PayloadReader part(long offset, SectionType type, int sectionId)
                throws StreamException {
            head("head of " + type, new Element(offset, SectionParser.PART_HEAD_BYTES));
            return super.part(offset, type, sectionId);
        }

        @Override
        public void sectionEnd(long offset, long lengthBytes, SectionType type, int sectionId)
                throws StreamException {
            whole(type + " " + sectionId, new Element(offset, lengthBytes));
            super.sectionEnd(offset, lengthBytes, type, sectionId);
        }

        @Override
        public void command(Element at, Command command) throws StreamException {
            tile(command.type().name(), at);
            super.command(at, command);
        }

        @Override
        public void packageAnnounced(Element at, long lengthBytes) throws StreamException {
            head("package of " + lengthBytes, at);
            super.packageAnnounced(at, lengthBytes);
        }

        @Override
        public void packaged(Element at, ByteBuf blob) throws StreamException {
            whole("package", at);
            assertThat(at.end() - head.end()).isEqualTo(blob.readableBytes());
            now = packaged;
            StreamReader inner = StreamReader.packaged(this, StreamRules.of(Profile.DEFAULT));
            inner.read(blob);
            blob.release();
            now = tiles;
        }

        @Override
        public void endOfStream(Element at) throws StreamException {
            tile("EOF", at);
            super.endOfStream(at);
        }

        @Override
        public int keptDescriptionBytes() {
            return keptBytes;
        }

        @Override
        public void vmDescription(Element at, ByteBuf kept) throws StreamException {
            tile("description", at);
            json = kept;
            super.vmDescription(at, kept);
        }
    }

    private static Notes read(Sample sample, int keptBytes, SplittableRandom random)
            throws StreamException {
        SampleDestination destination = new SampleDestination(StreamRules.of(Profile.DEFAULT));
        Notes notes = new Notes(destination, keptBytes);
        StreamReader reader =
                sample == Sample.RECOVERY
                        ? destination.recovery(notes)
                        : destination.migration(notes);
        Cumulation cumulation = new Cumulation();
        Bytes.feedInPieces(sample.bytes(), random, cumulation, reader::read);
        reader.endOfInput();
        cumulation.release();
        return notes;
    }

    private static void assertFilled(List<Element> tiles, long lengthBytes) {
        long end = 0;
        for (Element at : tiles) {
            assertThat(at.offset()).as("%s", tiles).isEqualTo(end);
            assertThat(at.lengthBytes()).isPositive();
            end = at.end();
        }
        assertThat(end).isEqualTo(lengthBytes);
    }

    @ParameterizedTest
    @EnumSource
    void elementsFillTheStreamWhereverItIsCut(Sample sample) throws StreamException {
        Notes whole = read(sample, 0, new SplittableRandom(0));
        assertFilled(whole.tiles, sample.bytes().length);
        if (sample == Sample.POSTCOPY) {
            assertFilled(whole.packaged, SampleStreams.blob().length - Integer.BYTES);
        }
        for (long seed = 1; seed < 30; seed++) {
            assertThat(read(sample, 0, new SplittableRandom(seed)).notes)
                    .as("seed %d", seed)
                    .isEqualTo(whole.notes);
        }
        Element first = whole.tiles.getFirst();
        Element last = whole.tiles.getLast();
        assertThat(hex(sample, first.offset())).isEqualTo(sample.first);
        assertThat(hex(sample, last.end() - 1)).isEqualTo(sample.last);
    }

    private static String hex(Sample sample, long at) {
        return ByteBufUtil.hexDump(sample.bytes(), Math.toIntExact(at), 1);
    }

    @Test
    void placesAreThoseOfTheWire() throws StreamException {
        assertThat(read(Sample.RECOVERY, 0, new SplittableRandom(1)).notes)
                .containsExactly(
                        "RECV_BITMAP Element[offset=0, lengthBytes=9]",
                        "POSTCOPY_RESUME Element[offset=9, lengthBytes=5]",
                        "head of PART Element[offset=14, lengthBytes=5]",
                        "PART 1 Element[offset=14, lengthBytes=31]",
                        "head of END Element[offset=45, lengthBytes=5]",
                        "END 1 Element[offset=45, lengthBytes=18]",
                        "EOF Element[offset=63, lengthBytes=1]");
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, '{'", "16, '{\"page_size\": 40'", "34, *", "1000000, *"})
    void theDescriptionIsKeptAsFarAsItIsWanted(int keptBytes, String expected)
            throws StreamException {
        String whole = "{\"page_size\": 4096, \"devices\": []}";
        for (long seed = 1; seed < 20; seed++) {
            Notes notes = read(Sample.PRECOPY, keptBytes, new SplittableRandom(seed));
            assertThat(notes.json.toString(StandardCharsets.UTF_8))
                    .isEqualTo(expected.equals("*") ? whole : expected);
            assertThat(notes.json.capacity()).isLessThanOrEqualTo(keptBytes);
            assertThat(notes.tiles.getLast().lengthBytes()).isEqualTo(5 + whole.length());
        }
    }

    /** Nine bytes announce 4 GiB; only bytes that have arrived take memory. */
    @Test
    void aDescriptionCostsNoMoreThanItsBytes() {
        DescriptionText text = new DescriptionText(0xFFFF_FFFFL, 1 << 30);
        assertThat(text.fill(Unpooled.wrappedBuffer(new byte[100]))).isFalse();
        assertThat(text.kept().capacity()).isEqualTo(4096);
        assertThat(text.kept().readableBytes()).isEqualTo(100);
    }
}
