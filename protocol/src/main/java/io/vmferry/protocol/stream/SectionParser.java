package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads one section after the other: head, payload, footer. Consumes whole pieces only. */
final class SectionParser {

    static final int PART_HEAD_BYTES = 5;
    private static final int FOOTER_BYTES = 5;
    // Names are kept for error messages only; no machine has this many iterable devices.
    private static final int MAX_KEPT_NAMES = 256;

    private final StreamListener listener;
    private final boolean footers;
    private final Map<Integer, String> iterableNames = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // set with each head, which comes first
    private SectionType type;

    private int id;
    private long offset;
    private @Nullable String label;
    private @Nullable PayloadReader payload;

    SectionParser(StreamListener listener, boolean footers) {
        this.listener = listener;
        this.footers = footers;
    }

    /** The name of the open section for a message, or null. */
    @Nullable String label() {
        return label;
    }

    /** Reads the head of a START or FULL at this offset; true when the section is open. */
    boolean header(ByteBuf in, SectionType headType, long headOffset) throws StreamException {
        int at = in.readerIndex();
        int idstrAt = at + 5;
        if (in.readableBytes() < 6) {
            return false;
        }
        int idstrBytes = WireStrings.cstrBytesAt(in, idstrAt);
        if (idstrBytes == 1) {
            throw StreamException.of(StreamError.UNKNOWN_SECTION, "Section without a name");
        }
        int headBytes = 5 + idstrBytes + 8;
        if (in.readableBytes() < headBytes) {
            return false;
        }
        SectionHeader header =
                new SectionHeader(
                        headType,
                        in.getInt(at + 1),
                        WireStrings.getCstr(in, idstrAt),
                        in.getInt(idstrAt + idstrBytes),
                        in.getInt(idstrAt + idstrBytes + 4));
        if (headType == SectionType.START && iterableNames.size() < MAX_KEPT_NAMES) {
            iterableNames.put(header.sectionId(), header.label());
        }
        open(headType, header.sectionId(), header.label(), headOffset);
        payload = listener.section(new Element(headOffset, headBytes), header);
        in.skipBytes(headBytes);
        return true;
    }

    /** Reads the head of a PART or END at this offset; true when the section is open. */
    boolean part(ByteBuf in, SectionType headType, long headOffset) throws StreamException {
        if (in.readableBytes() < PART_HEAD_BYTES) {
            return false;
        }
        int sectionId = in.getInt(in.readerIndex() + 1);
        String name = iterableNames.get(sectionId);
        open(
                headType,
                sectionId,
                name == null ? "id " + Integer.toUnsignedString(sectionId) : name,
                headOffset);
        payload = listener.part(headOffset, headType, sectionId);
        in.skipBytes(PART_HEAD_BYTES);
        return true;
    }

    private void open(SectionType headType, int sectionId, String name, long headOffset) {
        type = headType;
        id = sectionId;
        offset = headOffset;
        label = name;
    }

    /** Reads the payload; true when it is complete. */
    boolean payload(ByteBuf in) throws StreamException {
        return Objects.requireNonNull(payload, "A section is open").read(in);
    }

    /** Reads the footer, where there is one, at this offset; true when the section is closed. */
    boolean footer(ByteBuf in, long footerOffset) throws StreamException {
        if (footers && !footerMatches(in)) {
            return false;
        }
        int footerBytes = footers ? FOOTER_BYTES : 0;
        listener.sectionEnd(offset, footerOffset + footerBytes - offset, type, id);
        in.skipBytes(footerBytes);
        payload = null;
        label = null;
        return true;
    }

    private boolean footerMatches(ByteBuf in) throws StreamException {
        if (!in.isReadable()) {
            return false;
        }
        int code = in.getUnsignedByte(in.readerIndex());
        if (code != SectionType.FOOTER.code()) {
            throw StreamException.of(
                    StreamError.FOOTER_MISSING,
                    "Expected a section footer (0x7e), saw 0x%02x: the payload has another length"
                            .formatted(code));
        }
        if (in.readableBytes() < FOOTER_BYTES) {
            return false;
        }
        int footerId = in.getInt(in.readerIndex() + 1);
        if (footerId != id) {
            throw StreamException.of(
                    StreamError.FOOTER_MISMATCH,
                    "Expected the footer of section id %s, saw that of id %s"
                            .formatted(
                                    Integer.toUnsignedString(id),
                                    Integer.toUnsignedString(footerId)));
        }
        return true;
    }
}
