package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamWriter;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Writes a main channel's stream by hand, right or wrong. */
public final class StreamBytes {

    static final int RAM_ID = 2;

    private final ByteBuf out = Unpooled.buffer();
    private final RamWriter ram = new RamWriter();

    /** What the connection of a return path begins with. */
    public static byte[] preamble(UUID migrationId) {
        ByteBuf out = Unpooled.buffer();
        new ReturnPathPreamble(migrationId).write(out);
        return ByteBufUtil.getBytes(out);
    }

    /** A whole stream whose return path has a connection of its own. */
    public static byte[] withReturnPath(UUID migrationId) {
        return new StreamBytes()
                .begin(new ConfigurationSubsection.ReturnPathChannel(migrationId))
                .command(new Command.OpenReturnPath())
                .command(new Command.Ping(1))
                .eof()
                .hex("06 00000000")
                .bytes();
    }

    public byte[] bytes() {
        return ByteBufUtil.getBytes(out);
    }

    /** How many bytes there are so far. */
    public int length() {
        return out.readableBytes();
    }

    public StreamBytes with(Consumer<ByteBuf> writer) {
        writer.accept(out);
        return this;
    }

    public StreamBytes hex(String digits) {
        out.writeBytes(HexFormat.of().parseHex(digits.replace(" ", "")));
        return this;
    }

    public StreamBytes header() {
        StreamWriter.fileHeader(out);
        return this;
    }

    public StreamBytes configuration(String machine, ConfigurationSubsection... subsections) {
        StreamWriter.configuration(out, new Configuration(machine, List.of(subsections)));
        return this;
    }

    /** Header and configuration of the machine that the tests have. */
    public StreamBytes begin(ConfigurationSubsection... subsections) {
        return header().configuration(Destination.MACHINE, subsections);
    }

    public StreamBytes command(Command command) {
        StreamWriter.command(out, command);
        return this;
    }

    /** The START of RAM with its block list. */
    public StreamBytes ramStart(RamBlockEntry... blocks) {
        return section(
                SectionType.START,
                RAM_ID,
                "ram",
                4,
                in -> {
                    ram.setup(in, List.of(blocks));
                    ram.eos(in);
                });
    }

    public StreamBytes ramStart() {
        return ramStart(RamBlockEntry.of(Destination.BLOCK, Destination.RAM_BYTES));
    }

    public StreamBytes section(
            SectionType type, int id, String idstr, int version, Consumer<ByteBuf> payload) {
        StreamWriter.sectionHeader(out, new SectionHeader(type, id, idstr, 0, version));
        payload.accept(out);
        StreamWriter.footer(out, id);
        return this;
    }

    public StreamBytes full(int id, StateDevice device) {
        return section(
                SectionType.FULL,
                id,
                device.idstr(),
                device.versionId(),
                in -> device.save(new StateWriter(in)));
    }

    /** MULTIFD_FLUSH, in a PART of its own. */
    public StreamBytes flush() {
        return part(ram::multifdFlush);
    }

    public StreamBytes part(Consumer<ByteBuf> records) {
        StreamWriter.part(out, RAM_ID);
        records.accept(out);
        ram.eos(out);
        StreamWriter.footer(out, RAM_ID);
        return this;
    }

    /** A PART with one page filled with a byte; a page of zeros is sent as such. */
    public StreamBytes page(RamBlockName block, int page, int fill) {
        return part(in -> {
            if (fill == 0) {
                ram.zeroPage(in, block, page * 4096L);
            } else {
                ram.pageHeader(in, RamFlags.PAGE, block, page * 4096L);
                for (int i = 0; i < 4096; i++) {
                    in.writeByte(fill);
                }
            }
        });
    }

    /** Header, configuration, return path and ADVISE, and the blocks of RAM. */
    public StreamBytes beginPostcopy(RamBlockEntry... blocks) {
        return begin().command(new Command.OpenReturnPath())
                .command(new Command.Ping(1))
                .advise()
                .ramStart(blocks);
    }

    public StreamBytes advise() {
        return command(new Command.PostcopyAdvise(Optional.of(new Command.PageSizes(4096, 4096))));
    }

    public StreamBytes beginPostcopy() {
        return beginPostcopy(RamBlockEntry.of(Destination.BLOCK, Destination.RAM_BYTES));
    }

    /** Pages of the block that the tests have are out of date. */
    public StreamBytes discard(int fromPage, int pages) {
        return command(
                new Command.PostcopyRamDiscard(
                        Destination.BLOCK,
                        List.of(new Command.Range(fromPage * 4096L, pages * 4096L))));
    }

    /** PACKAGED with a package of this content. */
    public StreamBytes packaged(StreamBytes contents) {
        command(new Command.Packaged(contents.length()));
        out.writeBytes(contents.bytes());
        return this;
    }

    /** What every package of the tests begins with. */
    public static StreamBytes listen() {
        return new StreamBytes().command(new Command.PostcopyListen());
    }

    /** What every package of the tests ends with. */
    public StreamBytes run() {
        return command(new Command.Ping(3))
                .command(new Command.Ping(0x42))
                .command(new Command.PostcopyRun());
    }

    /** Page records as the preempt channel carries them. */
    public StreamBytes pageRecord(RamBlockName block, int page, int fill) {
        ram.pageHeader(out, RamFlags.PAGE, block, page * 4096L);
        for (int i = 0; i < 4096; i++) {
            out.writeByte(fill);
        }
        return this;
    }

    /** The end of a preempt channel. */
    public StreamBytes endOfRecords() {
        ram.eos(out);
        return this;
    }

    public StreamBytes ramEnd() {
        StreamWriter.end(out, RAM_ID);
        ram.eos(out);
        StreamWriter.footer(out, RAM_ID);
        return this;
    }

    public StreamBytes eof() {
        StreamWriter.eof(out);
        return this;
    }

    public StreamBytes description(String json) {
        StreamWriter.vmDescription(out, json);
        return this;
    }
}
