package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in pieces of any size and calls a {@link StreamListener}. The result depends on
 * the bytes alone, never on where they were cut. Belongs to one thread; after a refusal it refuses
 * everything.
 */
public final class StreamReader {

    private enum StreamKind {
        MIGRATION,
        PACKAGE,
        RECOVERY
    }

    private enum ReaderState {
        FILE_HEADER,
        CONFIGURATION,
        ITEM,
        PAYLOAD,
        FOOTER,
        BLOB,
        DESCRIPTION_HEAD,
        DESCRIPTION,
        ENDED
    }

    private static final int FILE_HEADER_BYTES = 8;
    private static final int DESCRIPTION_HEAD_BYTES = 5;
    private static final int OBSOLETE_VERSION = 2;

    private final StreamListener listener;
    private final StreamRules rules;
    private final StreamKind kind;
    private final ConfigurationDecoder configuration = new ConfigurationDecoder();
    private final SectionParser section;

    private ReaderState state;
    private boolean paused;
    private boolean descriptionExpected;
    private @Nullable StreamException failure;

    private @Nullable ByteBuf input;
    private int inputStart;
    private long consumedBytes;
    private int unreadBytes;
    private long elementOffset;
    private @Nullable CommandType command;

    private @Nullable PackageBlob blob;

    @SuppressWarnings("NullAway.Init") // set before the phase that reads it
    private DescriptionText description;

    private StreamReader(
            StreamListener listener, StreamRules rules, StreamKind kind, ReaderState first) {
        this.listener = listener;
        this.rules = rules;
        this.kind = kind;
        this.section = new SectionParser(listener, rules.sectionFooters());
        this.state = first;
        this.descriptionExpected = kind == StreamKind.MIGRATION;
    }

    /** A reader of a whole stream: header, configuration, items, EOF and description. */
    public static StreamReader migration(StreamListener listener, StreamRules rules) {
        return new StreamReader(listener, rules, StreamKind.MIGRATION, ReaderState.FILE_HEADER);
    }

    /** A reader of the blob of a package: items up to POSTCOPY_RUN; what follows is ignored. */
    public static StreamReader packaged(StreamListener listener, StreamRules rules) {
        return new StreamReader(listener, rules, StreamKind.PACKAGE, ReaderState.ITEM);
    }

    /** A reader of the main connection of a recovered postcopy: items and EOF. */
    public static StreamReader recovery(StreamListener listener, StreamRules rules) {
        return new StreamReader(listener, rules, StreamKind.RECOVERY, ReaderState.ITEM);
    }

    /**
     * Consumes the elements that are complete, until paused or held by the listener. An incomplete
     * rest stays unread: the caller presents it again in front of more bytes. After the end
     * everything is dropped.
     *
     * @param in borrowed
     */
    public void read(ByteBuf in) throws StreamException {
        if (failure != null) {
            throw failure;
        }
        input = in;
        inputStart = in.readerIndex();
        try {
            boolean advanced = true;
            while (advanced && !paused && !listener.held()) {
                advanced = step(in);
            }
        } catch (StreamException refused) {
            failure = placed(refused, offset());
            throw failure;
        } finally {
            consumedBytes = offset();
            unreadBytes = in.readableBytes();
            input = null;
        }
    }

    /** Stops before the next element; for callbacks whose work goes on after they return. */
    public void pause() {
        paused = true;
    }

    /** Ends a pause. The caller then presents the unread bytes again; nothing is read here. */
    public void resume() {
        paused = false;
    }

    /** Whether a callback has paused this reader. */
    public boolean paused() {
        return paused;
    }

    /** Bytes of this stream before the element that is being read. */
    public long offset() {
        return input == null ? consumedBytes : consumedBytes + input.readerIndex() - inputStart;
    }

    /** Whether everything was read: EOF and, where one is expected, what follows it. */
    public boolean ended() {
        return state == ReaderState.ENDED;
    }

    /** Says that postcopy has begun: the stream ends at EOF, without a description. */
    public void enterPostcopy() {
        descriptionExpected = false;
    }

    /**
     * The connection or file has ended and all its bytes were presented. Legal once EOF was read: a
     * missing or short description is harmless.
     */
    public void endOfInput() throws StreamException {
        if (failure != null) {
            throw failure;
        }
        StreamError error =
                kind == StreamKind.PACKAGE && state == ReaderState.ITEM && unreadBytes == 0
                        ? StreamError.PACKAGE_UNTERMINATED
                        : StreamError.TRUNCATED;
        String where =
                switch (state) {
                    case FILE_HEADER -> "within the file header";
                    case CONFIGURATION -> "within the configuration";
                    case ITEM ->
                            unreadBytes > 0
                                    ? "in the middle of an item"
                                    : "before its EOF byte" + alternativeEnd();
                    case PAYLOAD -> "within the payload of a section";
                    case FOOTER -> "within the footer of a section";
                    case BLOB -> "within a package: " + blob;
                    case DESCRIPTION_HEAD, DESCRIPTION, ENDED -> null;
                };
        if (where == null) {
            state = ReaderState.ENDED;
            return;
        }
        String what = kind == StreamKind.PACKAGE ? "Package ended " : "Stream ended ";
        failure = placed(StreamException.of(error, what + where), offset() + unreadBytes);
        throw failure;
    }

    private String alternativeEnd() {
        return kind == StreamKind.PACKAGE ? " and before POSTCOPY_RUN" : "";
    }

    private StreamException placed(StreamException refused, long offset) {
        Optional<String> element = element();
        return kind == StreamKind.PACKAGE
                ? refused.inPackage(offset, element)
                : refused.at(offset, element);
    }

    /** What is being read, for a message; empty between elements. */
    private Optional<String> element() {
        if (command != null) {
            return Optional.of("command " + command);
        }
        return state == ReaderState.CONFIGURATION
                ? Optional.of("configuration")
                : Optional.ofNullable(section.label()).map(label -> "section " + label);
    }

    private boolean step(ByteBuf in) throws StreamException {
        return switch (state) {
            case FILE_HEADER -> fileHeader(in);
            case CONFIGURATION -> configuration(in);
            case ITEM -> item(in);
            case PAYLOAD -> payload(in);
            case FOOTER -> footer(in);
            case BLOB -> blob(in);
            case DESCRIPTION_HEAD -> descriptionHead(in);
            case DESCRIPTION -> description(in);
            case ENDED -> {
                in.skipBytes(in.readableBytes());
                yield false;
            }
        };
    }

    private boolean fileHeader(ByteBuf in) throws StreamException {
        int at = in.readerIndex();
        if (in.readableBytes() >= 4 && in.getInt(at) != StreamWriter.MAGIC) {
            throw StreamException.of(
                    StreamError.BAD_MAGIC,
                    "Not a migration stream: expected magic 0x%08x, saw 0x%08x"
                            .formatted(StreamWriter.MAGIC, in.getInt(at)));
        }
        if (in.readableBytes() < FILE_HEADER_BYTES) {
            return false;
        }
        int version = in.getInt(at + 4);
        if (version != StreamWriter.VERSION) {
            throw StreamException.of(
                    version == OBSOLETE_VERSION
                            ? StreamError.OBSOLETE_VERSION
                            : StreamError.UNSUPPORTED_VERSION,
                    "Stream version %s, expected %d"
                            .formatted(Integer.toUnsignedString(version), StreamWriter.VERSION));
        }
        state = rules.configuration() ? ReaderState.CONFIGURATION : ReaderState.ITEM;
        listener.fileHeader(elementUpTo(FILE_HEADER_BYTES));
        in.skipBytes(FILE_HEADER_BYTES);
        elementOffset = offset();
        return true;
    }

    private boolean configuration(ByteBuf in) throws StreamException {
        Optional<Configuration> complete = configuration.read(in);
        if (complete.isEmpty()) {
            return false;
        }
        try {
            listener.configuration(elementUpTo(0), complete.get());
        } catch (StreamException refused) {
            throw placed(refused, elementOffset);
        }
        state = ReaderState.ITEM;
        return true;
    }

    private boolean item(ByteBuf in) throws StreamException {
        elementOffset = offset();
        if (!in.isReadable()) {
            return false;
        }
        int code = in.getUnsignedByte(in.readerIndex());
        SectionType type = SectionType.ofCode(code).orElseThrow(() -> unknownSectionType(code));
        return switch (type) {
            case EOF -> endOfStream(in);
            case START, FULL -> open(section.header(in, type, elementOffset));
            case PART, END -> open(section.part(in, type, elementOffset));
            case COMMAND -> command(in);
            case SUBSECTION, VMDESCRIPTION, CONFIGURATION, FOOTER -> throw unknownSectionType(code);
        };
    }

    private static StreamException unknownSectionType(int code) {
        return StreamException.of(
                StreamError.UNKNOWN_SECTION_TYPE,
                "Unknown section type 0x%02x, expected 0x00 to 0x04 or 0x08".formatted(code));
    }

    private boolean open(boolean headRead) {
        if (headRead) {
            state = ReaderState.PAYLOAD;
        }
        return headRead;
    }

    private boolean payload(ByteBuf in) throws StreamException {
        int before = in.readerIndex();
        if (!section.payload(in)) {
            return in.readerIndex() > before;
        }
        state = ReaderState.FOOTER;
        return true;
    }

    private boolean footer(ByteBuf in) throws StreamException {
        if (!section.footer(in, offset())) {
            return false;
        }
        state = ReaderState.ITEM;
        return true;
    }

    private boolean command(ByteBuf in) throws StreamException {
        if (in.readableBytes() < CommandDecoder.HEADER_BYTES) {
            return false;
        }
        int at = in.readerIndex();
        int lengthBytes = in.getUnsignedShort(at + 3);
        CommandType type = CommandDecoder.type(in.getUnsignedShort(at + 1), lengthBytes, rules);
        command = type;
        if (kind == StreamKind.PACKAGE) {
            CommandDecoder.requireAllowedInPackage(type);
        }
        int totalBytes = CommandDecoder.HEADER_BYTES + lengthBytes;
        if (in.readableBytes() < totalBytes) {
            return false;
        }
        Command read =
                CommandDecoder.payload(
                        type, in.slice(at + CommandDecoder.HEADER_BYTES, lengthBytes));
        if (read instanceof Command.Packaged announced) {
            listener.packageAnnounced(elementUpTo(totalBytes), announced.lengthBytes());
            blob = PackageBlob.announced(announced.lengthBytes(), rules.maxPackagedBytes());
            state = ReaderState.BLOB;
        } else {
            if (kind == StreamKind.PACKAGE && type == CommandType.POSTCOPY_RUN) {
                state = ReaderState.ENDED;
            }
            listener.command(elementUpTo(totalBytes), read);
            command = null;
        }
        in.skipBytes(totalBytes);
        return true;
    }

    private boolean blob(ByteBuf in) throws StreamException {
        PackageBlob open = Objects.requireNonNull(blob, "A package is open");
        if (!open.fill(in)) {
            return false;
        }
        ByteBuf bytes = open.bytes();
        blob = null;
        state = ReaderState.ITEM;
        listener.packaged(elementUpTo(0), bytes);
        command = null;
        return true;
    }

    private boolean endOfStream(ByteBuf in) throws StreamException {
        state = descriptionExpected ? ReaderState.DESCRIPTION_HEAD : ReaderState.ENDED;
        listener.endOfStream(elementUpTo(1));
        in.skipBytes(1);
        return true;
    }

    private boolean descriptionHead(ByteBuf in) {
        elementOffset = offset();
        if (!in.isReadable()) {
            return false;
        }
        int at = in.readerIndex();
        if (in.getUnsignedByte(at) != SectionType.VMDESCRIPTION.code()) {
            // The guest is here as a whole: QEMU complains and completes.
            state = ReaderState.ENDED;
            return true;
        }
        if (in.readableBytes() < DESCRIPTION_HEAD_BYTES) {
            return false;
        }
        description =
                new DescriptionText(in.getUnsignedInt(at + 1), listener.keptDescriptionBytes());
        state = ReaderState.DESCRIPTION;
        in.skipBytes(DESCRIPTION_HEAD_BYTES);
        return true;
    }

    private boolean description(ByteBuf in) throws StreamException {
        if (!description.fill(in)) {
            return false;
        }
        state = ReaderState.ENDED;
        listener.vmDescription(elementUpTo(0), description.kept());
        return true;
    }

    /** The element at hand, which ends so many bytes after what was consumed. */
    private Element elementUpTo(int aheadBytes) {
        return new Element(elementOffset, offset() + aheadBytes - elementOffset);
    }
}
