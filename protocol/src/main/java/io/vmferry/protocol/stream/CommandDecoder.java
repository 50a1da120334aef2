package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the payloads of commands, each of which is there as a whole. */
final class CommandDecoder {

    /** Type byte, command, length. */
    static final int HEADER_BYTES = 5;

    /** The only version of a discard's payload. */
    static final int DISCARD_VERSION = 0;

    private static final int ADVISE_BYTES = 16;

    private CommandDecoder() {}

    /** Checks what the header alone decides. */
    static CommandType type(int code, int lengthBytes, StreamRules rules) throws StreamException {
        CommandType type =
                CommandType.ofCode(code)
                        .filter(rules::accepts)
                        .orElseThrow(() -> notAccepted(code, lengthBytes));
        if (type.lengthBytes() != CommandType.VARIABLE && type.lengthBytes() != lengthBytes) {
            throw length(StreamError.COMMAND_LENGTH, type, lengthBytes, "" + type.lengthBytes());
        }
        return type;
    }

    /** A command that was never known, or ENABLE_COLO, whose time is over. */
    private static StreamException notAccepted(int code, int lengthBytes) {
        return StreamException.of(
                StreamError.UNKNOWN_COMMAND,
                "%s command 0x%x of length %d"
                        .formatted(
                                code == CommandType.ENABLE_COLO.code() ? "Deprecated" : "Unknown",
                                code,
                                lengthBytes));
    }

    /** Refuses what QEMU would read from the outer connection instead of the blob. */
    static void requireAllowedInPackage(CommandType type) throws StreamException {
        switch (type) {
            case PACKAGED, POSTCOPY_ADVISE, POSTCOPY_RAM_DISCARD, RECV_BITMAP ->
                    throw StreamException.of(
                            StreamError.COMMAND_IN_PACKAGE,
                            "Command %s is not allowed inside a package".formatted(type));
            case OPEN_RETURN_PATH,
                    PING,
                    POSTCOPY_LISTEN,
                    POSTCOPY_RUN,
                    ENABLE_COLO,
                    POSTCOPY_RESUME,
                    SWITCHOVER_START -> {}
        }
    }

    /** Reads a payload; exactly its bytes are readable. */
    static Command payload(CommandType type, ByteBuf in) throws StreamException {
        return switch (type) {
            case OPEN_RETURN_PATH -> new Command.OpenReturnPath();
            case PING -> new Command.Ping(in.readInt());
            case POSTCOPY_ADVISE -> advise(in);
            case POSTCOPY_LISTEN -> new Command.PostcopyListen();
            case POSTCOPY_RUN -> new Command.PostcopyRun();
            case POSTCOPY_RAM_DISCARD -> discard(in);
            case PACKAGED -> new Command.Packaged(in.readUnsignedInt());
            case ENABLE_COLO -> new Command.EnableColo();
            case POSTCOPY_RESUME -> new Command.PostcopyResume();
            case RECV_BITMAP -> recvBitmap(in);
            case SWITCHOVER_START -> new Command.SwitchoverStart();
        };
    }

    private static Command advise(ByteBuf in) throws StreamException {
        return switch (in.readableBytes()) {
            case 0 -> new Command.PostcopyAdvise(Optional.empty());
            case ADVISE_BYTES -> Command.PostcopyAdvise.ram(in.readLong(), in.readLong());
            default ->
                    throw length(
                            StreamError.ADVISE_LENGTH,
                            CommandType.POSTCOPY_ADVISE,
                            in.readableBytes(),
                            "0 or 16");
        };
    }

    private static Command discard(ByteBuf in) throws StreamException {
        int lengthBytes = in.readableBytes();
        if (lengthBytes < Command.PostcopyRamDiscard.MIN_PAYLOAD_BYTES) {
            throw discardLength(lengthBytes);
        }
        int version = in.readUnsignedByte();
        if (version != DISCARD_VERSION) {
            throw StreamException.of(
                    StreamError.DISCARD_VERSION,
                    "Discard of version %d, expected 0".formatted(version));
        }
        int nameBytes = in.getUnsignedByte(in.readerIndex());
        int rangesBytes =
                lengthBytes - Command.PostcopyRamDiscard.PAYLOAD_OVERHEAD_BYTES - nameBytes;
        if (nameBytes == 0 || rangesBytes < 0) {
            throw discardLength(lengthBytes);
        }
        String block = WireStrings.readCstr(in);
        int terminator = in.readUnsignedByte();
        if (terminator != 0) {
            throw StreamException.of(
                    StreamError.DISCARD_TERMINATOR,
                    "Discard in block %s: expected NUL after the name, saw 0x%02x"
                            .formatted(WireStrings.quote(block), terminator));
        }
        if (rangesBytes % 16 != 0) {
            throw discardLength(lengthBytes);
        }
        List<Command.Range> ranges = new ArrayList<>(rangesBytes / 16);
        while (in.isReadable()) {
            ranges.add(new Command.Range(in.readLong(), in.readLong()));
        }
        return new Command.PostcopyRamDiscard(block, ranges);
    }

    private static Command recvBitmap(ByteBuf in) throws StreamException {
        int lengthBytes = in.readableBytes();
        if (lengthBytes < 2 || WireStrings.cstrBytesAt(in, in.readerIndex()) != lengthBytes) {
            throw length(
                    StreamError.RECV_BITMAP_LENGTH,
                    CommandType.RECV_BITMAP,
                    lengthBytes,
                    "a name that fills it");
        }
        return new Command.RecvBitmap(WireStrings.readCstr(in));
    }

    private static StreamException discardLength(int lengthBytes) {
        return length(
                StreamError.DISCARD_LENGTH,
                CommandType.POSTCOPY_RAM_DISCARD,
                lengthBytes,
                "3, the name and 16 per range, at least 20");
    }

    private static StreamException length(
            StreamError error, CommandType type, int lengthBytes, String expected) {
        return StreamException.of(
                error,
                "Command %s has %d bytes of payload, expected %s"
                        .formatted(type, lengthBytes, expected));
    }
}
