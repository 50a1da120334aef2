package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Appends stream elements to a buffer that the caller owns. Keeps no state. */
public final class StreamWriter {

    /** "QEVM". */
    public static final int MAGIC = 0x5145_564D;

    /** The only stream version in use. */
    public static final int VERSION = 3;

    private StreamWriter() {}

    /** Magic and version. */
    public static void fileHeader(ByteBuf out) {
        out.writeInt(MAGIC).writeInt(VERSION);
    }

    /** The configuration with its subsections. */
    public static void configuration(ByteBuf out, Configuration configuration) {
        byte[] name = WireStrings.bytes(configuration.machineName());
        type(out, SectionType.CONFIGURATION).writeInt(name.length).writeBytes(name);
        configuration.subsections().forEach(subsection -> subsection(out, subsection));
    }

    private static void subsection(ByteBuf out, ConfigurationSubsection subsection) {
        WireStrings.writeCstr(type(out, SectionType.SUBSECTION), subsection.name());
        out.writeInt(ConfigurationSubsection.VERSION);
        switch (subsection) {
            case ConfigurationSubsection.TargetPageBits(int bits) -> out.writeInt(bits);
            case ConfigurationSubsection.ValidatedCapabilities(var names) -> {
                out.writeInt(names.size());
                names.forEach(name -> WireStrings.writeCstr(out, name));
            }
            case ConfigurationSubsection.ValidatedUuid(UUID uuid) -> uuid(out, uuid);
            case ConfigurationSubsection.ReturnPathChannel(UUID id) -> uuid(out, id);
        }
    }

    private static void uuid(ByteBuf out, UUID uuid) {
        out.writeLong(uuid.getMostSignificantBits()).writeLong(uuid.getLeastSignificantBits());
    }

    /** The head of a START or FULL section; payload and footer follow. */
    public static void sectionHeader(ByteBuf out, SectionHeader header) {
        WireStrings.writeCstr(
                type(out, header.type()).writeInt(header.sectionId()), header.idstr());
        out.writeInt(header.instanceId()).writeInt(header.versionId());
    }

    /** The head of a PART; payload and footer follow. */
    public static void part(ByteBuf out, int sectionId) {
        type(out, SectionType.PART).writeInt(sectionId);
    }

    /** The head of an END; payload and footer follow. */
    public static void end(ByteBuf out, int sectionId) {
        type(out, SectionType.END).writeInt(sectionId);
    }

    /** Closes the section that was opened with the same id. */
    public static void footer(ByteBuf out, int sectionId) {
        type(out, SectionType.FOOTER).writeInt(sectionId);
    }

    /** A command; after a {@link Command.Packaged} the caller appends the blob itself. */
    public static void command(ByteBuf out, Command command) {
        type(out, SectionType.COMMAND).writeShort(command.type().code());
        int lengthAt = out.writerIndex();
        out.writeShort(0);
        switch (command) {
            case Command.Ping(int value) -> out.writeInt(value);
            case Command.PostcopyAdvise(var pageSizes) ->
                    pageSizes.ifPresent(sizes ->
                            out.writeLong(sizes.ramPageSizes())
                                    .writeLong(sizes.targetPageSizeBytes()));
            case Command.PostcopyRamDiscard discard -> discard(out, discard);
            case Command.Packaged(long lengthBytes) -> out.writeInt((int) lengthBytes);
            case Command.RecvBitmap(String block) -> WireStrings.writeCstr(out, block);
            case Command.OpenReturnPath _,
                    Command.PostcopyListen _,
                    Command.PostcopyRun _,
                    Command.EnableColo _,
                    Command.PostcopyResume _,
                    Command.SwitchoverStart _ -> {}
        }
        out.setShort(lengthAt, out.writerIndex() - lengthAt - 2);
    }

    private static void discard(ByteBuf out, Command.PostcopyRamDiscard discard) {
        if (discard.ranges().size() > Command.PostcopyRamDiscard.MAX_RANGES) {
            throw new IllegalArgumentException(
                    discard.ranges().size() + " ranges do not fit one command");
        }
        out.writeByte(CommandDecoder.DISCARD_VERSION);
        WireStrings.writeCstr(out, discard.block());
        out.writeByte(0);
        for (Command.Range range : discard.ranges()) {
            out.writeLong(range.startBytes()).writeLong(range.lengthBytes());
        }
    }

    /** End of the stream. */
    public static void eof(ByteBuf out) {
        type(out, SectionType.EOF);
    }

    /** The description of the device sections; precopy only, after EOF. */
    public static void vmDescription(ByteBuf out, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        type(out, SectionType.VMDESCRIPTION).writeInt(bytes.length).writeBytes(bytes);
    }

    private static ByteBuf type(ByteBuf out, SectionType type) {
        return out.writeByte(type.code());
    }
}
