package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamWriter;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamWriter;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/** Good streams for the {@link MiniatureDestination} and for a destination with the same block. */
final class StreamExamples {

    private static final RamBlockName BLOCK = new RamBlockName(MiniatureDestination.BLOCK);
    private static final RamBlockName HUGE = new RamBlockName(MiniatureDestination.HUGE_BLOCK);

    private StreamExamples() {}

    /** Whole streams. */
    static List<byte[]> migrations() {
        return List.of(
                bytes(StreamExamples::precopy),
                bytes(StreamExamples::precopyWithPage),
                bytes(StreamExamples::precopyWithDeltas),
                bytes(StreamExamples::postcopy),
                bytes(StreamExamples::postcopyOfHugePages),
                bytes(StreamExamples::everySubsection));
    }

    /**
     * The main channel of a migration with multifd channels, up to where they are synchronised.
     *
     * @param flushed whether a mark says so
     */
    static byte[] beginningWithChannels(boolean flushed) {
        return bytes(out -> {
            begin(out);
            setup(
                    out,
                    List.of(RamBlockEntry.of(BLOCK.idstr(), MiniatureDestination.BLOCK_BYTES)),
                    flushed);
        });
    }

    /** The rest of it, which begins with a synchronisation. */
    static byte[] endWithChannels(boolean flushed) {
        return bytes(out -> {
            end(out, payload -> endOfPayload(payload, flushed));
            devices(out);
            StreamWriter.eof(out);
            StreamWriter.vmDescription(out, "{}");
        });
    }

    private static void endOfPayload(ByteBuf out, boolean flushed) {
        RamWriter ram = new RamWriter();
        if (flushed) {
            ram.multifdFlush(out);
        }
        ram.eos(out);
    }

    /** The insides of packages. */
    static List<byte[]> packages() {
        return List.of(
                bytes(StreamExamples::blob),
                bytes(out -> {
                    StreamWriter.command(out, new Command.PostcopyListen());
                    device(out, "opaque", MiniatureDestination.OPAQUE_BYTES);
                    StreamWriter.command(out, new Command.PostcopyRun());
                    out.writeInt(0);
                }));
    }

    /** Main channels of recoveries. */
    static List<byte[]> recoveries() {
        return List.of(
                bytes(out -> {
                    StreamWriter.command(out, new Command.RecvBitmap(BLOCK.idstr()));
                    StreamWriter.command(out, new Command.PostcopyResume());
                    StreamWriter.command(out, new Command.Ping(6));
                    rest(out);
                }));
    }

    private static byte[] bytes(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return ByteBufUtil.getBytes(out);
    }

    private static void begin(ByteBuf out) {
        StreamWriter.fileHeader(out);
        StreamWriter.configuration(out, new Configuration("none", List.of()));
        StreamWriter.command(out, new Command.OpenReturnPath());
        StreamWriter.command(out, new Command.Ping(1));
    }

    private static void precopy(ByteBuf out) {
        begin(out);
        setup(out, List.of(RamBlockEntry.of(BLOCK.idstr(), MiniatureDestination.BLOCK_BYTES)));
        RamWriter ram = new RamWriter();
        part(
                out,
                payload -> {
                    for (long page = 0; page < 4; page++) {
                        ram.zeroPage(payload, BLOCK, page * RamFlags.PAGE_SIZE);
                    }
                    ram.multifdFlush(payload);
                    ram.eos(payload);
                });
        StreamWriter.command(out, new Command.SwitchoverStart());
        end(out, ram::eos);
        devices(out);
        StreamWriter.eof(out);
        StreamWriter.vmDescription(out, "{\"page_size\": 4096, \"devices\": []}");
    }

    private static void precopyWithPage(ByteBuf out) {
        begin(out);
        setup(out, List.of(RamBlockEntry.of(BLOCK.idstr(), MiniatureDestination.BLOCK_BYTES)));
        RamWriter ram = new RamWriter();
        end(
                out,
                payload -> {
                    ram.pageHeader(payload, RamFlags.PAGE, BLOCK, RamFlags.PAGE_SIZE);
                    payload.writeBytes(new byte[RamFlags.PAGE_SIZE]);
                    ram.eos(payload);
                });
        devices(out);
        StreamWriter.eof(out);
    }

    private static void precopyWithDeltas(ByteBuf out) {
        begin(out);
        setup(out, List.of(RamBlockEntry.of(BLOCK.idstr(), MiniatureDestination.BLOCK_BYTES)));
        RamWriter ram = new RamWriter();
        byte[] twoRuns = {0, 1, 0x55, (byte) 0xaf, 0x13, 2, 1, 2};
        byte[] lastByte = {(byte) 0xff, 0x1f, 1, 7};
        part(
                out,
                payload -> {
                    ram.delta(payload, BLOCK, RamFlags.PAGE_SIZE, twoRuns, twoRuns.length);
                    ram.delta(payload, BLOCK, 0, lastByte, lastByte.length);
                    ram.delta(payload, BLOCK, 0, lastByte, 0);
                    ram.eos(payload);
                });
        end(out, ram::eos);
        StreamWriter.eof(out);
    }

    private static void postcopy(ByteBuf out) {
        begin(out);
        StreamWriter.command(
                out, Command.PostcopyAdvise.ram(RamFlags.PAGE_SIZE, RamFlags.PAGE_SIZE));
        setup(out, List.of(RamBlockEntry.of(BLOCK.idstr(), MiniatureDestination.BLOCK_BYTES)));
        StreamWriter.command(
                out,
                new Command.PostcopyRamDiscard(
                        BLOCK.idstr(),
                        List.of(
                                new Command.Range(0, RamFlags.PAGE_SIZE),
                                new Command.Range(2 * RamFlags.PAGE_SIZE, RamFlags.PAGE_SIZE))));
        byte[] blob = bytes(StreamExamples::blob);
        StreamWriter.command(out, new Command.Packaged(blob.length));
        out.writeBytes(blob);
        rest(out);
    }

    private static void postcopyOfHugePages(ByteBuf out) {
        begin(out);
        StreamWriter.command(out, Command.PostcopyAdvise.ram(2 << 20, RamFlags.PAGE_SIZE));
        setup(
                out,
                List.of(
                        new RamBlockEntry(
                                HUGE.idstr(),
                                MiniatureDestination.BLOCK_BYTES,
                                OptionalLong.of(2 << 20),
                                OptionalLong.empty()),
                        RamBlockEntry.of(BLOCK.idstr(), MiniatureDestination.BLOCK_BYTES)));
        RamWriter ram = new RamWriter();
        part(
                out,
                payload -> {
                    ram.zeroPage(payload, HUGE, 0);
                    ram.zeroPage(payload, BLOCK, 0);
                    ram.eos(payload);
                });
        StreamWriter.eof(out);
    }

    private static void everySubsection(ByteBuf out) {
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
        StreamWriter.command(out, new Command.EnableColo());
        StreamWriter.eof(out);
        StreamWriter.vmDescription(out, "{}");
    }

    private static void blob(ByteBuf out) {
        StreamWriter.command(out, new Command.PostcopyListen());
        devices(out);
        StreamWriter.command(out, new Command.Ping(3));
        StreamWriter.command(out, new Command.Ping(Command.Ping.PACKAGE_LOADED));
        StreamWriter.command(out, new Command.PostcopyRun());
    }

    /** The rest of a postcopy. */
    private static void rest(ByteBuf out) {
        RamWriter ram = new RamWriter();
        part(
                out,
                payload -> {
                    ram.zeroPage(payload, BLOCK, 0);
                    ram.zeroPage(payload, BLOCK, 2 * RamFlags.PAGE_SIZE);
                    ram.eos(payload);
                });
        end(out, ram::eos);
        StreamWriter.eof(out);
    }

    private static void setup(ByteBuf out, List<RamBlockEntry> blocks) {
        setup(out, blocks, false);
    }

    private static void setup(ByteBuf out, List<RamBlockEntry> blocks, boolean flushed) {
        StreamWriter.sectionHeader(
                out,
                new SectionHeader(SectionType.START, MiniatureDestination.SECTION, "ram", 0, 4));
        new RamWriter().setup(out, blocks);
        endOfPayload(out, flushed);
        StreamWriter.footer(out, MiniatureDestination.SECTION);
    }

    private static void part(ByteBuf out, Consumer<ByteBuf> payload) {
        StreamWriter.part(out, MiniatureDestination.SECTION);
        payload.accept(out);
        StreamWriter.footer(out, MiniatureDestination.SECTION);
    }

    private static void end(ByteBuf out, Consumer<ByteBuf> payload) {
        StreamWriter.end(out, MiniatureDestination.SECTION);
        payload.accept(out);
        StreamWriter.footer(out, MiniatureDestination.SECTION);
    }

    private static void devices(ByteBuf out) {
        device(out, "timer", MiniatureDestination.TIMER_BYTES);
    }

    private static void device(ByteBuf out, String idstr, int bytes) {
        StreamWriter.sectionHeader(out, new SectionHeader(SectionType.FULL, 0, idstr, 0, 2));
        out.writeBytes(new byte[bytes]);
        StreamWriter.footer(out, 0);
    }
}
