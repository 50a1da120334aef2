package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamWriter;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Small streams of every kind for a {@link SampleDestination}. */
final class SampleStreams {

    static final int RAM = 1;
    static final Configuration MACHINE = new Configuration("none", List.of());

    private static final RamBlockName BLOCK = new RamBlockName("ram");

    private SampleStreams() {}

    /** A buffer that holds file header and configuration. */
    static ByteBuf begun() {
        ByteBuf out = Unpooled.buffer();
        StreamWriter.fileHeader(out);
        StreamWriter.configuration(out, MACHINE);
        return out;
    }

    /** A precopy with a return path, every configuration subsection and every RAM record. */
    static byte[] precopy() {
        ByteBuf out = Unpooled.buffer();
        StreamWriter.fileHeader(out);
        StreamWriter.configuration(
                out,
                new Configuration(
                        "none",
                        List.of(
                                new ConfigurationSubsection.TargetPageBits(12),
                                new ConfigurationSubsection.ValidatedCapabilities(
                                        List.of("x-ignore-shared", "mapped-ram")),
                                new ConfigurationSubsection.ValidatedUuid(new UUID(1, 2)),
                                new ConfigurationSubsection.ReturnPathChannel(new UUID(3, 4)))));
        StreamWriter.command(out, new Command.OpenReturnPath());
        StreamWriter.command(out, new Command.Ping(1));
        ramSetup(out);
        RamWriter ram = new RamWriter();
        section(
                out,
                o -> StreamWriter.part(o, RAM),
                o -> {
                    ram.zeroPage(o, BLOCK, 0);
                    page(ram, o, 0x1000);
                    ram.zeroPage(o, BLOCK, 0x2000);
                    ram.multifdFlush(o);
                    ram.eos(o);
                });
        section(out, o -> StreamWriter.part(o, RAM), ram::eos);
        StreamWriter.command(out, new Command.SwitchoverStart());
        section(
                out,
                o -> StreamWriter.end(o, RAM),
                o -> {
                    ram.zeroPage(o, BLOCK, 0x3000);
                    ram.eos(o);
                });
        devices(out);
        StreamWriter.eof(out);
        StreamWriter.vmDescription(out, "{\"page_size\": 4096, \"devices\": []}");
        return ByteBufUtil.getBytes(out);
    }

    /** A postcopy with discards and a package. */
    static byte[] postcopy() {
        ByteBuf out = begun();
        StreamWriter.command(out, new Command.OpenReturnPath());
        StreamWriter.command(out, new Command.Ping(1));
        StreamWriter.command(out, Command.PostcopyAdvise.ram(4096, 4096));
        ramSetup(out);
        StreamWriter.command(
                out,
                new Command.PostcopyRamDiscard(
                        "ram",
                        List.of(new Command.Range(0x1000, 0x1000), new Command.Range(0, 0))));
        StreamWriter.command(out, new Command.Ping(2));
        byte[] blob = blob();
        StreamWriter.command(out, new Command.Packaged(blob.length));
        out.writeBytes(blob);
        StreamWriter.command(out, new Command.Ping(4));
        out.writeBytes(postcopyTail());
        return ByteBufUtil.getBytes(out);
    }

    /** The stream on the main channel of a recovery. */
    static byte[] recovery() {
        ByteBuf out = Unpooled.buffer();
        StreamWriter.command(out, new Command.RecvBitmap("ram"));
        StreamWriter.command(out, new Command.PostcopyResume());
        out.writeBytes(postcopyTail());
        return ByteBufUtil.getBytes(out);
    }

    /** The content of a package, with further bytes after POSTCOPY_RUN. */
    static byte[] blob() {
        ByteBuf out = Unpooled.buffer();
        StreamWriter.command(out, new Command.PostcopyListen());
        devices(out);
        StreamWriter.command(out, new Command.Ping(3));
        StreamWriter.command(out, new Command.Ping(0x42));
        StreamWriter.command(out, new Command.PostcopyRun());
        out.writeInt(0xDEADBEEF);
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] postcopyTail() {
        ByteBuf out = Unpooled.buffer();
        RamWriter ram = new RamWriter();
        section(
                out,
                o -> StreamWriter.part(o, RAM),
                o -> {
                    ram.zeroPage(o, BLOCK, 0x1000);
                    ram.eos(o);
                });
        section(out, o -> StreamWriter.end(o, RAM), ram::eos);
        StreamWriter.eof(out);
        return ByteBufUtil.getBytes(out);
    }

    static void ramSetup(ByteBuf out) {
        section(
                out,
                o ->
                        StreamWriter.sectionHeader(
                                o, new SectionHeader(SectionType.START, RAM, "ram", 0, 4)),
                o -> {
                    RamWriter ram = new RamWriter();
                    ram.setup(o, List.of(RamBlockEntry.of("ram", 4 * 4096)));
                    ram.eos(o);
                });
    }

    static void devices(ByteBuf out) {
        StreamWriter.sectionHeader(out, new SectionHeader(SectionType.FULL, 0, "timer", 0, 2));
        out.writeLong(7).writeLong(0).writeLong(9);
        StreamWriter.footer(out, 0);
        StreamWriter.sectionHeader(
                out, new SectionHeader(SectionType.FULL, 3, "globalstate", 0, 1));
        out.writeInt(8).writeBytes(new byte[100]);
        StreamWriter.footer(out, 3);
    }

    private static void section(ByteBuf out, Consumer<ByteBuf> head, Consumer<ByteBuf> payload) {
        head.accept(out);
        payload.accept(out);
        StreamWriter.footer(out, RAM);
    }

    private static void page(RamWriter ram, ByteBuf out, long offset) {
        ram.pageHeader(out, RamFlags.PAGE, BLOCK, offset);
        for (int i = 0; i < 4096; i++) {
            out.writeByte(i * 31);
        }
    }

    /** A stream of header, configuration and the given items. */
    static byte[] withItems(byte[] items) {
        return ByteBufUtil.getBytes(begun().writeBytes(items));
    }

    /** All offsets of a stream; of those within a page only a few, since they are equivalent. */
    static int[] places(byte[] stream) {
        int header =
                ByteBufUtil.indexOf(
                        Unpooled.wrappedBuffer(Bytes.of("0000000000001028")),
                        Unpooled.wrappedBuffer(stream));
        int body = header < 0 ? stream.length : header + 8;
        return IntStream.range(0, stream.length)
                .filter(at -> at <= body || at >= body + 4096 || at % 256 == 0)
                .toArray();
    }
}
