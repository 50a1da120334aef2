package io.vmferry.protocol.stream;

import java.util.Objects;
import java.util.Optional;

/**
 * Refused bytes: which rule they break, what was expected and seen, and where. Raised without a
 * place by payload readers and listeners; the reader of the channel adds the place once.
 */
public final class StreamException extends Exception {

    /** The offset of an exception that has no place yet. */
    public static final long NO_OFFSET = -1;

    private final StreamError error;
    private final String text;
    private final long offset;
    private final transient Optional<String> section;

    private StreamException(StreamError error, String text) {
        super(text);
        this.error = Objects.requireNonNull(error);
        this.text = text;
        this.offset = NO_OFFSET;
        this.section = Optional.empty();
    }

    /**
     * The same with a place. Where it was thrown is told by the cause: to copy a stack trace costs
     * more than all else that a refusal does.
     */
    private StreamException(
            StreamException unplaced, String place, long offset, Optional<String> section) {
        super(unplaced.text + place, unplaced, false, false);
        this.error = unplaced.error;
        this.text = unplaced.text;
        this.offset = offset;
        this.section = section;
    }

    /**
     * A refusal whose place is not known here.
     *
     * @param text one line: what was expected, what was seen
     */
    public static StreamException of(StreamError error, String text) {
        return new StreamException(error, text);
    }

    /** The same refusal with its place in a channel; itself when it has a place already. */
    public StreamException at(long offset, Optional<String> section) {
        return placed(" (at byte " + offset, offset, section);
    }

    /** The same refusal with its place in a package; itself when it has a place already. */
    public StreamException inPackage(long offset, Optional<String> section) {
        return placed(" (at byte " + offset + " of the package", offset, section);
    }

    /** The same refusal with its place on the return path; itself when it has a place already. */
    public StreamException onReturnPath(long offset) {
        return placed(" (at byte " + offset + " of the return path", offset, Optional.empty());
    }

    private StreamException placed(String where, long offset, Optional<String> section) {
        if (this.offset != NO_OFFSET) {
            return this;
        }
        String place = where + section.map(name -> ", section " + name).orElse("") + ")";
        return new StreamException(this, place, offset, section);
    }

    /** The broken rule. */
    public StreamError error() {
        return error;
    }

    /** Bytes of the channel or package before the refused element, or {@link #NO_OFFSET}. */
    public long offset() {
        return offset;
    }

    /** The section that was being read, when there was one. */
    public Optional<String> section() {
        return section;
    }
}
