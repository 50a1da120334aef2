package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamWriter;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathWriter;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {

    /** Collects bytes and names. */
    private static final class Seen implements Outlet {
        final ByteBuf bytes = Unpooled.buffer();
        final List<String> names = new ArrayList<>();

        @Override
        public void pass(ByteBuf passed) {
            bytes.writeBytes(passed);
            passed.release();
        }

        @Override
        public void message(Passing passing, ByteBuf message) {
            names.add(passing.toString());
            pass(message);
        }

        @Override
        public void passed(Passing passing) {
            names.add(passing + " at " + bytes.readableBytes());
        }

        @Override
        public void unread(String reason) {
            names.add("unread: " + reason);
        }
    }

    private int sectionOffset;

    private static Seen run(Parser parser, ByteBuf input, int piece) {
        Seen seen = new Seen();
        ByteBuf rest = input.duplicate();
        while (rest.isReadable()) {
            ByteBuf part = rest.readSlice(Math.min(piece, rest.readableBytes())).copy();
            parser.take(part, seen);
            assertThat(part.isReadable()).isFalse();
            part.release();
        }
        parser.end(seen);
        assertThat(ByteBufUtil.hexDump(seen.bytes)).isEqualTo(ByteBufUtil.hexDump(input));
        return seen;
    }

    private static ByteBuf returnPath() {
        ByteBuf out = Unpooled.buffer();
        ReturnPathWriter.write(out, new ReturnPathMessage.Pong(0x42));
        ReturnPathWriter.write(out, new ReturnPathMessage.ReqPagesId(0x5000, 4096, "ram"));
        ReturnPathWriter.write(out, new ReturnPathMessage.ReqPages(0x6000, 4096));
        ReturnPathWriter.write(
                out,
                new ReturnPathMessage.RecvBitmap(
                        "ram", ReceivedBitmap.copyOf(new long[] {1, 2, 3})));
        ReturnPathWriter.write(
                out, new ReturnPathMessage.ResumeAck(ReturnPathMessage.ResumeAck.RESUMED));
        ReturnPathWriter.write(out, new ReturnPathMessage.SwitchoverAck());
        ReturnPathWriter.write(out, new ReturnPathMessage.Shut(1));
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 16, 1000})
    void knowsEveryMessageHoweverItIsCut(int piece) {
        List<String> names = run(new ReturnPathParser(), returnPath(), piece).names;
        assertThat(names.stream().map(name -> name.replaceAll("\\(.*", "")))
                .contains(
                        Arrays.stream(PlaceName.values())
                                .filter(place -> place.direction() == Direction.RETURN_PATH)
                                .map(PlaceName::text)
                                .toArray(String[]::new));
        assertThat(names)
                .containsExactly(
                        "pong(0x42)",
                        "req-pages(0x5000)",
                        "req-pages(0x6000)",
                        "recv-bitmap(ram)",
                        "resume-ack",
                        "switchover-ack",
                        "shut(1)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 1000})
    void carriesWhatItDoesNotKnow(int piece) {
        ByteBuf strange = Unpooled.buffer().writeShort(2).writeShort(4).writeInt(1);
        strange.writeShort(99).writeShort(4).writeInt(7).writeLong(8);
        assertThat(run(new ReturnPathParser(), strange, piece).names)
                .containsExactly(
                        "pong(0x1)",
                        "unread: Unknown message type 0x63 of length 4"
                                + " (at byte 8 of the return path)");
    }

    @Test
    void doesNotWaitForABitmapWithoutEnd() {
        ByteBuf out = Unpooled.buffer().writeShort(5).writeShort(4);
        out.writeByte(3).writeBytes(new byte[] {'r', 'a', 'm'}).writeLong(Long.MAX_VALUE);
        assertThat(run(new ReturnPathParser(), out, 1).names)
                .containsExactly(
                        "unread: Bitmap of block 'ram' has 9223372036854775807 bytes,"
                                + " expected a multiple of 8 up to 67108864"
                                + " (at byte 8 of the return path, message RECV_BITMAP)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 1000})
    void followsARecoveryThatBeginsWithACommand(int piece) {
        ByteBuf out = Unpooled.buffer();
        StreamWriter.command(out, new Command.OpenReturnPath());
        int second = out.readableBytes();
        StreamWriter.command(out, new Command.Ping(3));
        int third = out.readableBytes();
        StreamWriter.command(out, new Command.RecvBitmap("ram"));
        assertThat(run(StreamParser.recovery(new StreamKnowledge()), out, piece).names)
                .containsExactly(
                        "command(OPEN_RETURN_PATH) at " + second,
                        "command(PING) at " + third,
                        "ping(0x3) at " + third,
                        "command(RECV_BITMAP) at " + out.readableBytes());
    }

    /** A fault is injected where the element ends, however many bytes came with it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 9, 100, 100_000})
    void cutsAStreamWhereItsElementsEnd(int piece) {
        ByteBuf out = Unpooled.buffer();
        List<String> expected = new ArrayList<>();
        StreamWriter.fileHeader(out);
        expected.add("header at " + out.readableBytes());
        StreamWriter.configuration(out, new Configuration("none", List.of()));
        expected.add("configuration at " + out.readableBytes());
        RamWriter ram = new RamWriter();
        section(out, expected, new SectionHeader(SectionType.START, 1, "ram", 0, 4));
        ram.setup(out, List.of(RamBlockEntry.of("ram", 1 << 20)));
        ram.eos(out);
        StreamWriter.footer(out, 1);
        StreamWriter.part(out, 1);
        for (int page = 0; page < 20; page++) {
            ram.pageHeader(out, RamFlags.PAGE, new RamBlockName("ram"), page * 4096L);
            out.writeZero(4096);
            ram.delta(out, new RamBlockName("ram"), page * 4096L, new byte[] {3, 1, 7}, 3);
        }
        ram.eos(out);
        StreamWriter.footer(out, 1);
        for (int version = 1; version <= 2; version++) {
            section(out, expected, new SectionHeader(SectionType.FULL, 2, "timer", 0, version));
            out.writeZero(8 + 8 * version);
            StreamWriter.footer(out, 2);
        }
        StreamWriter.command(out, new Command.Packaged(7));
        out.writeZero(7);
        expected.add("package at " + out.readableBytes());
        section(out, expected, new SectionHeader(SectionType.FULL, 3, "cpu", 0, 1));
        expected.add(
                String.format(
                        Locale.ROOT,
                        "unread: Nothing tells how long the state of cpu is (at byte %,d, section cpu)",
                        sectionOffset));
        out.writeZero(5000);
        assertThat(run(StreamParser.first(new StreamKnowledge()), out, piece).names)
                .isEqualTo(expected);
    }

    private void section(ByteBuf out, List<String> expected, SectionHeader header) {
        sectionOffset = out.readableBytes();
        StreamWriter.sectionHeader(out, header);
        expected.add("section(%s) at %d".formatted(header.idstr(), out.readableBytes()));
    }

    /** Nothing is a message any more, but all of it is carried. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 1000})
    void carriesWhatFollowsTheLastMessage(int piece) {
        ByteBuf out = returnPath().writeBytes(new byte[] {0, 2, 0, 4, 9});
        assertThat(run(new ReturnPathParser(), out, piece).names).endsWith("shut(1)").hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 1000})
    void carriesAStreamThatIsNone(int piece) {
        ByteBuf out = Unpooled.copiedBuffer(new byte[] {'Q', 'E', 'V', 'M', 0, 0, 0, 9, 1, 2, 3});
        assertThat(run(StreamParser.first(new StreamKnowledge()), out, piece).names)
                .singleElement()
                .asString()
                .startsWith("unread: ");
    }
}
