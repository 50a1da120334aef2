package io.vmferry.protocol.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.stream.Bytes;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RamReaderTest {

    private static final RamRules QEMU_7_2 = new RamRules(false, false, false, true, false);
    private static final long BLOCK_BYTES = 0x4000;

    /**
     * A sink with the blocks {@code ram} and {@code huge} of four pages each; records every call.
     */
    private static final class Sink implements RamSink {
        private final List<String> log = new ArrayList<>();
        private int lookups;

        @Override
        public boolean pageSizeListed(String idstr) {
            return idstr.equals("huge");
        }

        @Override
        public void blockListed(RamBlockEntry entry) throws StreamException {
            requireKnown(entry.idstr());
            log.add(
                    "list %s %x %s %s"
                            .formatted(
                                    entry.idstr(),
                                    entry.usedLengthBytes(),
                                    entry.hugePageSizeBytes(),
                                    entry.guestPhysicalAddress()));
        }

        @Override
        public RamBlockSink block(String idstr) throws StreamException {
            requireKnown(idstr);
            lookups++;
            return new RamBlockSink() {
                @Override
                public long usedLengthBytes() {
                    return BLOCK_BYTES;
                }

                @Override
                public void zeroPage(long offset, int fill) {
                    log.add("zero %s %x %d".formatted(idstr, offset, fill));
                }

                @Override
                public void page(long offset, ByteBuf in) {
                    assertThat(in.readableBytes()).isGreaterThanOrEqualTo(4096);
                    log.add("page %s %x %d".formatted(idstr, offset, in.readByte()));
                    in.skipBytes(4095);
                }

                @Override
                public void delta(long offset, ByteBuf in, int lengthBytes) throws StreamException {
                    XbzrleDecoder.decode(
                            in,
                            lengthBytes,
                            offset,
                            (at, from, index, bytes) ->
                                    log.add(
                                            "delta %s %x %d %s"
                                                    .formatted(
                                                            idstr,
                                                            offset,
                                                            at,
                                                            ByteBufUtil.hexDump(
                                                                    from, index, bytes))));
                }
            };
        }

        private static void requireKnown(String idstr) throws StreamException {
            if (!idstr.equals("ram") && !idstr.equals("huge")) {
                throw StreamException.of(
                        StreamError.RAM_UNKNOWN_BLOCK, "Unknown " + WireStrings.quote(idstr));
            }
        }

        @Override
        public void multifdFlush() {
            log.add("flush");
        }
    }

    private final Sink sink = new Sink();
    private final RamReader reader = new RamReader(sink, RamRules.of(Profile.DEFAULT));

    /** Calls the reader again as long as it consumes bytes, as the stream reader does. */
    private static boolean readAll(RamReader reader, ByteBuf in) throws StreamException {
        int before;
        do {
            before = in.readerIndex();
            if (reader.read(in)) {
                return true;
            }
        } while (in.readerIndex() > before);
        return false;
    }

    private boolean read(String records) throws StreamException {
        return readAll(reader, Unpooled.wrappedBuffer(Bytes.of(records)));
    }

    @Test
    void recordsAreToldInOrder() throws StreamException {
        String page = "07" + "00".repeat(4095);
        assertThat(
                        read(
                                "0000000000004004 03 \"ram\" 0000000000004000"
                                        + "0000000000000200"
                                        + "0000000000000002 03 \"ram\" 00"
                                        + "0000000000003022 00"
                                        + "0000000000001028"
                                        + page
                                        + "0000000000002008 04 \"huge\""
                                        + page
                                        + "0000000000000010"))
                .isTrue();
        assertThat(sink.log)
                .containsExactly(
                        "list ram 4000 OptionalLong.empty OptionalLong.empty",
                        "flush",
                        "zero ram 0 0",
                        "zero ram 3000 0",
                        "page ram 1000 7",
                        "page huge 2000 7");
        assertThat(sink.lookups).isEqualTo(2);
    }

    @Test
    void aDeltaIsToldAsItsRuns() throws StreamException {
        assertThat(
                        read(
                                "0000000000001040 03 \"ram\" 01 0007 0501aa 0302bbcc"
                                        + "0000000000002060 01 0000"
                                        + "0000000000000010"))
                .isTrue();
        assertThat(sink.log).containsExactly("delta ram 1000 5 aa", "delta ram 1000 9 bbcc");
    }

    @Test
    void aDeltaIsHandedOverWhenAllOfItIsThere() throws StreamException {
        byte[] record = Bytes.of("0000000000001040 03 \"ram\" 01 0003 0501aa");
        for (int length = 0; length < record.length; length++) {
            ByteBuf in = Unpooled.wrappedBuffer(record, 0, length);
            assertThat(reader.read(in)).isFalse();
            assertThat(in.readerIndex()).isZero();
        }
        assertThat(sink.log).isEmpty();
        reader.read(Unpooled.wrappedBuffer(record));
        assertThat(sink.log).containsExactly("delta ram 1000 5 aa");
    }

    @Test
    void theListCarriesWhatTheDestinationExpects() throws StreamException {
        RamReader shared = new RamReader(sink, new RamRules(true, true, true, false, true));
        ByteBuf in =
                Unpooled.wrappedBuffer(
                        Bytes.of(
                                "0000000000008004"
                                        + "03 \"ram\" 0000000000004000 0000000000000000"
                                        + "04 \"huge\" 0000000000004000 0000000000200000"
                                        + " 00000000c0000000 0000000000000010"));
        assertThat(readAll(shared, in)).isTrue();
        assertThat(sink.log)
                .containsExactly(
                        "list ram 4000 OptionalLong.empty OptionalLong[0]",
                        "list huge 4000 OptionalLong[2097152] OptionalLong[3221225472]");
    }

    @Test
    void theBlockIsRememberedAcrossPayloads() throws StreamException {
        assertThat(read("0000000000000002 03 \"ram\" 00 0000000000000010")).isTrue();
        assertThat(read("0000000000001022 00 0000000000000010")).isTrue();
        assertThat(sink.log).containsExactly("zero ram 0 0", "zero ram 1000 0");
    }

    @Test
    void aPageIsHandedOverWhenAllOfItIsThere() throws StreamException {
        ByteBuf in = Unpooled.buffer();
        in.writeBytes(Bytes.of("0000000000000008 03 \"ram\"")).writeZero(4095);
        assertThat(reader.read(in)).isFalse();
        assertThat(in.readerIndex()).isZero();
        assertThat(sink.log).isEmpty();

        in.writeByte(0);
        reader.read(in);
        assertThat(sink.log).containsExactly("page ram 0 0");
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void whatFollowsThePayloadIsLeft() throws StreamException {
        ByteBuf in = Unpooled.wrappedBuffer(Bytes.of("0000000000000010 7e"));
        assertThat(reader.read(in)).isTrue();
        assertThat(in.readableBytes()).isEqualTo(1);
    }

    @Test
    void aFlushGivesTheCallerTheChanceToStop() throws StreamException {
        ByteBuf in = Unpooled.wrappedBuffer(Bytes.of("0000000000000200 0000000000000010"));
        assertThat(reader.read(in)).isFalse();
        assertThat(in.readerIndex()).isEqualTo(8);
        assertThat(reader.read(in)).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '=',
            quoteCharacter = '\'',
            value = {
                "RAM_FLAGS              = 0000000000000000",
                "RAM_FLAGS              = 0000000000000001",
                "RAM_FLAGS              = 0000000000000020",
                "RAM_FLAGS              = 000000000000000a",
                "RAM_FLAGS              = 0000000000000018",
                "RAM_FLAGS              = 0000000000000048",
                "RAM_FLAGS              = 0000000000000014",
                "RAM_FLAGS              = 0000000000000210",
                "RAM_FLAGS              = 0000000000000100",
                "RAM_FLAGS              = 0000000000000400",
                "RAM_FLAGS              = 0000000000000802",
                "RAM_OFFSET             = 0000000000004040 03 \"ram\"",
                "RAM_NO_PREVIOUS_BLOCK  = 0000000000000060 01 0000",
                "RAM_XBZRLE_ENCODING    = 0000000000000040 03 \"ram\" 00 0000",
                "RAM_XBZRLE_ENCODING    = 0000000000000040 03 \"ram\" 02 0000",
                "RAM_XBZRLE_LENGTH      = 0000000000000040 03 \"ram\" 01 1001",
                "RAM_XBZRLE_LENGTH      = 0000000000000040 03 \"ram\" 01 ffff",
                "RAM_XBZRLE_RUN         = 0000000000000040 03 \"ram\" 01 0001 00",
                "RAM_NO_PREVIOUS_BLOCK  = 0000000000000022 00",
                "RAM_NO_PREVIOUS_BLOCK  = 0000000000000028",
                "RAM_UNKNOWN_BLOCK      = 0000000000000002 03 \"rom\" 00",
                "RAM_UNKNOWN_BLOCK      = 0000000000000002 00 00",
                "RAM_UNKNOWN_BLOCK      = 0000000000004004 03 \"rom\" 0000000000004000",
                "RAM_UNKNOWN_BLOCK      = 0000000000004004 00",
                "RAM_OFFSET             = 0000000000004002 03 \"ram\" 00",
                "RAM_OFFSET             = 0000000000004008 03 \"ram\"",
                "RAM_OFFSET             = fffffffffffff002 03 \"ram\" 00",
                "RAM_OFFSET             = 0000000000000002 03 \"ram\" 00 0000000000004022",
                "RAM_ZERO_FILL          = 0000000000000002 03 \"ram\" 01",
                "RAM_TOTAL_MISMATCH     = 0000000000003004 03 \"ram\" 0000000000004000",
                "RAM_TOTAL_MISMATCH     = 0000000000005004 03 \"ram\" 0000000000004000"
                        + " 03 \"ram\" 0000000000004000",
                "RAM_TOTAL_MISMATCH     = 0000000000004004 03 \"ram\" ffffffffffffffff",
            })
    void isRefused(StreamError error, String records) {
        assertThat(outcome(reader, records)).isEqualTo(error.name());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '=',
            quoteCharacter = '\'',
            value = {
                "an empty list            = 0000000000000004",
                "a list again             = 0000000000004004 03 \"ram\" 0000000000004000"
                        + " 0000000000004004 03 \"ram\" 0000000000004000",
                "CONTINUE where it means nothing = 0000000000000024 0000000000000220",
                "a hook without RDMA      = 0000000000000080",
                "a flush without multifd  = 0000000000000200",
                "an offset that means nothing = 0000000000005200",
            })
    void isAccepted(String what, String records) {
        assertThat(outcome(reader, records + "0000000000001030")).as(what).isEqualTo("complete");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "RAM_FLAGS,              0000000000000080",
        "RAM_FLAGS,              0000000000000200",
        "RAM_COMPRESS_UNSUPPORTED, 0000000000000100",
        "complete,               0000000000000002 03 \"ram\" 55 0000000000000010",
    })
    void anOldDestinationIsDifferent(String expected, String records) {
        assertThat(outcome(new RamReader(sink, QEMU_7_2), records)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000004",
                "0000000000000040",
                "0000000000000080",
                "0000000000000100",
                "0000000000000200"
            })
    void postcopyHasOnlyPages(String record) {
        reader.enterPostcopy();
        assertThat(outcome(reader, record)).isEqualTo("RAM_FLAGS");
    }

    @Test
    void postcopyHasPages() {
        reader.enterPostcopy();
        assertThat(outcome(reader, "0000000000000002 03 \"ram\" 00 0000000000000010"))
                .isEqualTo("complete");
    }

    @Test
    void aForgottenBlockCannotBeContinued() {
        assertThat(outcome(reader, "0000000000000002 03 \"ram\" 00 0000000000000010"))
                .isEqualTo("complete");
        reader.forgetBlock();
        assertThat(outcome(reader, "0000000000001022 00")).isEqualTo("RAM_NO_PREVIOUS_BLOCK");
    }

    @Test
    void theIndexStaysAtTheRefusedRecord() {
        ByteBuf in =
                Unpooled.wrappedBuffer(
                        Bytes.of(
                                "0000000000008004 03 \"ram\" 0000000000004000 03 \"rom\""
                                        + " 0000000000004000"));
        assertThat(outcome(reader, in)).isEqualTo("RAM_UNKNOWN_BLOCK");
        assertThat(in.readerIndex()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomRecordsInRandomPiecesGiveTheSame(long seed) throws StreamException {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuf out = Unpooled.buffer();
        RamWriter writer = new RamWriter();
        List<RamBlockName> blocks = List.of(new RamBlockName("ram"), new RamBlockName("huge"));
        for (int i = 0; i < 300; i++) {
            RamBlockName block = blocks.get(random.nextInt(4) == 0 ? 1 : 0);
            long offset = random.nextInt(4) * 4096L;
            switch (random.nextInt(8)) {
                case 0 -> writer.multifdFlush(out);
                case 1, 2 -> {
                    writer.pageHeader(out, RamFlags.PAGE, block, offset);
                    out.writeByte(random.nextInt(100)).writeZero(4095);
                }
                default -> writer.zeroPage(out, block, offset);
            }
        }
        byte[] bytes = ByteBufUtil.getBytes(out);
        readAll(reader, Unpooled.wrappedBuffer(bytes));

        Sink pieces = new Sink();
        RamReader pieceReader = new RamReader(pieces, RamRules.of(Profile.DEFAULT));
        Cumulation cumulation = new Cumulation();
        Bytes.feedInPieces(bytes, random, cumulation, in -> readAll(pieceReader, in));

        assertThat(cumulation.keptBytes()).isZero();
        assertThat(sink.log).hasSize(300);
        assertThat(pieces.log).as("seed %d", seed).isEqualTo(sink.log);
        cumulation.release();
    }

    private static String outcome(RamReader reader, String records) {
        return outcome(reader, Unpooled.wrappedBuffer(Bytes.of(records)));
    }

    private static String outcome(RamReader reader, ByteBuf in) {
        try {
            return readAll(reader, in) ? "complete" : "incomplete";
        } catch (StreamException refused) {
            return refused.error().name();
        }
    }
}
