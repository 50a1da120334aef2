package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.ConfigurationSubsection.ReturnPathChannel;
import io.vmferry.protocol.stream.ConfigurationSubsection.TargetPageBits;
import io.vmferry.protocol.stream.ConfigurationSubsection.ValidatedCapabilities;
import io.vmferry.protocol.stream.ConfigurationSubsection.ValidatedUuid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the configuration piece by piece: first the name, then one subsection after the other. */
final class ConfigurationDecoder {

    /** Subsections belong to the configuration by the beginning of their name. */
    private static final String PARENT = "configuration";

    private static final int NAME_HEAD_BYTES = 5;

    private @Nullable String machineName;
    // A subsection that comes again replaces the first, as it does in QEMU, so this stays small.
    private final Map<String, ConfigurationSubsection> subsections = new LinkedHashMap<>();

    /** Consumes what is complete; the configuration once the byte after it is there. */
    Optional<Configuration> read(ByteBuf in) throws StreamException {
        if (machineName == null && !readName(in)) {
            return Optional.empty();
        }
        while (true) {
            switch (peek(in)) {
                case MORE -> {
                    return Optional.empty();
                }
                case OTHER -> {
                    return Optional.of(
                            new Configuration(
                                    Objects.requireNonNull(machineName, "The name comes first"),
                                    List.copyOf(subsections.values())));
                }
                case SUBSECTION -> {
                    if (!readSubsection(in)) {
                        return Optional.empty();
                    }
                }
            }
        }
    }

    private boolean readName(ByteBuf in) throws StreamException {
        if (!in.isReadable()) {
            return false;
        }
        int at = in.readerIndex();
        int code = in.getUnsignedByte(at);
        if (code != SectionType.CONFIGURATION.code()) {
            throw StreamException.of(
                    StreamError.CONFIGURATION_MISSING,
                    "Expected the configuration (0x07) after the file header, saw 0x%02x"
                            .formatted(code));
        }
        if (in.readableBytes() < NAME_HEAD_BYTES) {
            return false;
        }
        long nameBytes = in.getUnsignedInt(at + 1);
        if (nameBytes > WireStrings.MAX_CSTR_BYTES) {
            throw StreamException.of(
                    StreamError.MACHINE_MISMATCH,
                    "Machine name of %d bytes, no machine has more than 255".formatted(nameBytes));
        }
        if (in.readableBytes() < NAME_HEAD_BYTES + nameBytes) {
            return false;
        }
        in.skipBytes(NAME_HEAD_BYTES);
        machineName = WireStrings.readText(in, (int) nameBytes);
        return true;
    }

    private enum FollowingItem {
        SUBSECTION,
        OTHER,
        MORE
    }

    /** Decides by the same bytes as QEMU whether a subsection follows. */
    private static FollowingItem peek(ByteBuf in) {
        int at = in.readerIndex();
        if (!in.isReadable()) {
            return FollowingItem.MORE;
        }
        if (in.getUnsignedByte(at) != SectionType.SUBSECTION.code()) {
            return FollowingItem.OTHER;
        }
        if (in.readableBytes() < 2) {
            return FollowingItem.MORE;
        }
        int nameBytes = in.getUnsignedByte(at + 1);
        if (nameBytes <= PARENT.length()) {
            return FollowingItem.OTHER;
        }
        if (in.readableBytes() < 2 + nameBytes) {
            return FollowingItem.MORE;
        }
        return WireStrings.getCstr(in, at + 1).startsWith(PARENT)
                ? FollowingItem.SUBSECTION
                : FollowingItem.OTHER;
    }

    private boolean readSubsection(ByteBuf in) throws StreamException {
        int start = in.readerIndex();
        in.skipBytes(1);
        String name = WireStrings.readCstr(in);
        Optional<ConfigurationSubsection> subsection;
        try {
            subsection = fields(name, in);
        } catch (StreamException refused) {
            in.readerIndex(start);
            throw refused;
        }
        if (subsection.isEmpty()) {
            in.readerIndex(start);
            return false;
        }
        subsections.put(name, subsection.get());
        return true;
    }

    private static Optional<ConfigurationSubsection> fields(String name, ByteBuf in)
            throws StreamException {
        return switch (name) {
            case TargetPageBits.NAME ->
                    versionAnd(4, name, in)
                            ? Optional.of(new TargetPageBits(in.readInt()))
                            : Optional.empty();
            case ValidatedCapabilities.NAME ->
                    versionAnd(4, name, in) ? capabilities(in) : Optional.empty();
            case ValidatedUuid.NAME ->
                    versionAnd(16, name, in)
                            ? Optional.of(new ValidatedUuid(uuid(in)))
                            : Optional.empty();
            case ReturnPathChannel.NAME ->
                    versionAnd(16, name, in)
                            ? Optional.of(new ReturnPathChannel(uuid(in)))
                            : Optional.empty();
            default ->
                    throw StreamException.of(
                            StreamError.UNKNOWN_SUBSECTION,
                            "Unknown subsection " + WireStrings.quote(name));
        };
    }

    /** Reads and checks the version; true when that many bytes of fields are there as well. */
    private static boolean versionAnd(int fieldBytes, String name, ByteBuf in)
            throws StreamException {
        if (in.readableBytes() < 4) {
            return false;
        }
        long version = in.readUnsignedInt();
        if (version != ConfigurationSubsection.VERSION) {
            throw StreamException.of(
                    StreamError.SUBSECTION_VERSION,
                    "Subsection %s has version %d, expected 1".formatted(name, version));
        }
        return in.readableBytes() >= fieldBytes;
    }

    private static Optional<ConfigurationSubsection> capabilities(ByteBuf in)
            throws StreamException {
        long count = in.readUnsignedInt();
        if (count > ValidatedCapabilities.MAX_NAMES) {
            throw StreamException.of(
                    StreamError.TOO_MANY_CAPABILITIES,
                    "A list of %d capabilities, expected at most %d"
                            .formatted(count, ValidatedCapabilities.MAX_NAMES));
        }
        if (!areThere(count, in)) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        while (names.size() < count) {
            names.add(WireStrings.readCstr(in));
        }
        return Optional.of(new ValidatedCapabilities(names));
    }

    /**
     * Whether so many names are there as a whole. None is read before all are: a list that comes
     * byte by byte would be read again for each of its bytes.
     */
    private static boolean areThere(long names, ByteBuf in) {
        int at = in.readerIndex();
        long there = 0;
        while (there < names && at < in.writerIndex()) {
            at += WireStrings.cstrBytesAt(in, at);
            there++;
        }
        return there == names && at <= in.writerIndex();
    }

    private static UUID uuid(ByteBuf in) {
        return new UUID(in.readLong(), in.readLong());
    }
}
