package io.vmferry.protocol.stream;

import java.util.Locale;
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
    private final transient Optional<String> element;

    private StreamException(StreamError error, String text) {
        super(text);
        this.error = Objects.requireNonNull(error);
        this.text = text;
        this.offset = NO_OFFSET;
        this.element = Optional.empty();
    }

    /**
     * The same with a place. The cause has the stack trace, whose copy would cost more than the
     * rest of the refusal.
     */
    private StreamException(
            StreamException unplaced, String place, long offset, Optional<String> element) {
        super(unplaced.text + place, unplaced, false, false);
        this.error = unplaced.error;
        this.text = unplaced.text;
        this.offset = offset;
        this.element = element;
    }

    /**
     * A refusal whose place is not known here.
     *
     * @param text one line: what was expected, what was seen
     */
    public static StreamException of(StreamError error, String text) {
        return new StreamException(error, text);
    }

    /** The same refusal with its place in the main channel; itself when it has a place already. */
    public StreamException at(long offset, Optional<String> element) {
        return placed("", offset, element);
    }

    /** The same refusal with its place in a package; itself when it has a place already. */
    public StreamException inPackage(long offset, Optional<String> element) {
        return placed(" of the package", offset, element);
    }

    /** The same refusal with its place on the return path; itself when it has a place already. */
    public StreamException onReturnPath(long offset, Optional<String> element) {
        return placed(" of the return path", offset, element);
    }

    /** The same refusal with its place in the preempt channel; itself when it has one already. */
    public StreamException onPreempt(long offset) {
        return placed(" of the preempt channel", offset, Optional.empty());
    }

    /** The same refusal with its place in a multifd channel; itself when it has one already. */
    public StreamException onMultifd(int channel, long offset) {
        return placed(" of multifd channel " + channel, offset, Optional.empty());
    }

    private StreamException placed(String channel, long offset, Optional<String> element) {
        if (this.offset != NO_OFFSET) {
            return this;
        }
        String place =
                String.format(
                        Locale.ROOT,
                        " (at byte %,d%s%s)",
                        offset,
                        channel,
                        element.map(name -> ", " + name).orElse(""));
        return new StreamException(this, place, offset, element);
    }

    /** The broken rule. */
    public StreamError error() {
        return error;
    }

    /** Bytes of the channel or package before the refused element, or {@link #NO_OFFSET}. */
    public long offset() {
        return offset;
    }

    /** The element that was being read, such as {@code section ram}, when there was one. */
    public Optional<String> element() {
        return element;
    }
}
