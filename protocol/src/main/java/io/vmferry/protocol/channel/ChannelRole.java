package io.vmferry.protocol.channel;

import io.vmferry.protocol.Named;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a connection is used for: a kind of channel and, of a kind that can be there several times,
 * which one. An inline return path shares the connection of the main channel.
 *
 * @param index from 0; always 0 of a kind that is there once
 */
public record ChannelRole(ChannelKind kind, int index) {

    /** QEMU's stream, from the source to the destination. */
    public static final ChannelRole MAIN = new ChannelRole(ChannelKind.MAIN, 0);

    /** From the destination to the source. */
    public static final ChannelRole RETURN_PATH = new ChannelRole(ChannelKind.RETURN_PATH, 0);

    /** Pages that the destination waits for (capability {@code postcopy-preempt}). */
    public static final ChannelRole PREEMPT = new ChannelRole(ChannelKind.PREEMPT, 0);

    private static final Pattern INDEXED = Pattern.compile("([a-z-]+)\\((0|[1-9][0-9]{0,2})\\)");

    /** What channels are there for. */
    public enum ChannelKind implements Named {
        /** The stream. */
        MAIN("Main channel", 1),

        /** The answers. */
        RETURN_PATH("Return path", 1),

        /** Pages that are waited for. */
        PREEMPT("Preempt channel", 1),

        /** Pages beside the stream (capability {@code multifd}). */
        MULTIFD("Multifd channel", 255);

        private final String title;
        private final int most;

        ChannelKind(String title, int most) {
            this.title = title;
            this.most = most;
        }

        /** Whether a migration can have several of them, distinguished by index. */
        public boolean indexed() {
            return most > 1;
        }
    }

    public ChannelRole {
        if (index < 0 || index >= kind.most) {
            throw new IllegalArgumentException(
                    "There is no %s with index %d".formatted(kind.title, index));
        }
    }

    /** One of the channels that carry pages beside the stream. */
    public static ChannelRole multifd(int index) {
        return new ChannelRole(ChannelKind.MULTIFD, index);
    }

    /** The role that {@link #toString} gives as this text; empty when there is none. */
    public static Optional<ChannelRole> ofText(String text) {
        Matcher indexed = INDEXED.matcher(text);
        String name = indexed.matches() ? indexed.group(1) : text;
        int index = indexed.matches() ? Integer.parseInt(indexed.group(2)) : 0;
        return Named.find(ChannelKind.class, name)
                .filter(kind -> kind.indexed() == indexed.matches() && index < kind.most)
                .map(kind -> new ChannelRole(kind, index));
    }

    /** How messages name the channel at the beginning of a line. */
    public String title() {
        return kind.indexed() ? kind.title + " " + index : kind.title;
    }

    /** The channel's name in fault plans: {@code return-path}, {@code multifd(2)}. */
    @Override
    public String toString() {
        return kind.indexed() ? "%s(%d)".formatted(kind.text(), index) : kind.text();
    }
}
