package io.vmferry.protocol.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.stream.Bytes;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RamWriterTest {

    private final RamWriter writer = new RamWriter();
    private final RamBlockName ram = new RamBlockName("ram");
    private final RamBlockName rom = new RamBlockName("rom");

    @Test
    void theListOfBlocks() {
        assertWritten(
                "0000000004000004 03 \"ram\" 0000000004000000 0000000000000010",
                out -> {
                    writer.setup(out, List.of(RamBlockEntry.of("ram", 64 << 20)));
                    writer.eos(out);
                });
    }

    @Test
    void theListOfBlocksWithEverything() {
        assertWritten(
                "0000000000601004 03 \"ram\" 0000000000600000 0000000000200000 00000000c0000000"
                        + "03 \"rom\" 0000000000001000 00000000fffff000",
                out ->
                        writer.setup(
                                out,
                                List.of(
                                        new RamBlockEntry(
                                                "ram",
                                                6 << 20,
                                                OptionalLong.of(2 << 20),
                                                OptionalLong.of(0xC0000000L)),
                                        new RamBlockEntry(
                                                "rom",
                                                4096,
                                                OptionalLong.empty(),
                                                OptionalLong.of(0xFFFFF000L)))));
    }

    @Test
    void onlyTheFirstPageOfARunNamesItsBlock() {
        assertWritten(
                "0000000000000002 03 \"ram\" 00 0000000000001022 00 0000000000f00028",
                out -> {
                    writer.zeroPage(out, ram, 0);
                    writer.zeroPage(out, ram, 0x1000);
                    writer.pageHeader(out, RamFlags.PAGE, ram, 0xF00000);
                });
        assertWritten(
                "0000000000000008 03 \"rom\" 0000000000001022 00 0000000000ff8008 03 \"ram\"",
                out -> {
                    writer.pageHeader(out, RamFlags.PAGE, rom, 0);
                    writer.zeroPage(out, rom, 0x1000);
                    writer.pageHeader(out, RamFlags.PAGE, ram, 0xFF8000);
                });
    }

    @Test
    void aForgottenBlockIsNamedAgain() {
        writer.zeroPage(Unpooled.buffer(), ram, 0);
        writer.forgetBlock();
        assertWritten("0000000000001002 03 \"ram\" 00", out -> writer.zeroPage(out, ram, 0x1000));
    }

    @Test
    void theEndAndTheFlushLeaveTheBlockAlone() {
        writer.zeroPage(Unpooled.buffer(), ram, 0);
        assertWritten(
                "0000000000000200 0000000000000010 0000000000001022 00",
                out -> {
                    writer.multifdFlush(out);
                    writer.eos(out);
                    writer.zeroPage(out, ram, 0x1000);
                });
    }

    @Test
    void theRoomThatARecordNeedsIsKnown() {
        ByteBuf out = Unpooled.buffer();
        writer.zeroPage(out, ram, 0);
        assertThat(out.readableBytes()).isEqualTo(RamWriter.ZERO_PAGE_BYTES + ram.wireBytes());
        writer.zeroPage(out.clear(), ram, 4096);
        assertThat(out.readableBytes()).isEqualTo(RamWriter.ZERO_PAGE_BYTES);
    }

    @Test
    void blocksAreWholePages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        writer.setup(Unpooled.buffer(), List.of(RamBlockEntry.of("ram", 4097))));
    }

    private static void assertWritten(String expected, Consumer<ByteBuf> written) {
        assertThat(Bytes.hex(Bytes.written(written))).isEqualTo(Bytes.hex(Bytes.of(expected)));
    }
}
