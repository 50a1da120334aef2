package io.vmferry.machine.fault;

import io.vmferry.protocol.channel.ChannelRole;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A place of a fault, as it is found where the fault is brought about.
 *
 * @param <N> the names of what happens there
 */
public sealed interface Trigger<N> {

    /** The place that is a position in a channel. */
    String BYTE = "byte";

    /** The place that is before the first client of a monitor can come. */
    String OPENING = "opening";

    /** How long after its place the fault is brought about. */
    long delayNanos();

    /** When the daemon opens its monitors. */
    record AtOpening<N>() implements Trigger<N> {
        @Override
        public long delayNanos() {
            return 0;
        }
    }

    /** So long after the channels stand. */
    record AfterStart<N>(long delayNanos) implements Trigger<N> {}

    /**
     * When something happens.
     *
     * @param ordinal 1 for the first time
     * @param percent of the time that it takes, which begins then
     */
    record AtOccurrence<N>(Occurrence<N> what, int ordinal, OptionalInt percent, long delayNanos)
            implements Trigger<N> {

        /** Whether it is the moment itself, and not a while later. */
        boolean atOnce() {
            return percent.isEmpty() && delayNanos == 0;
        }
    }

    /**
     * When so much has passed on a channel, counted on each connection anew.
     *
     * @param ordinal 1 for the first connection that carries the channel
     * @param percentOfMemory as many bytes as so much of guest RAM; empty when {@code bytes} says
     */
    record AtByte<N>(
            ChannelRole channel,
            int ordinal,
            OptionalLong bytes,
            OptionalInt percentOfMemory,
            long delayNanos)
            implements Trigger<N> {}

    /**
     * Finds a place.
     *
     * @throws IllegalArgumentException with one clear line when it does not exist there
     */
    static <N> Trigger<N> of(FaultPlace place, FaultVocabulary<N> vocabulary) {
        return switch (place) {
            case FaultPlace.After(long nanos) -> new AfterStart<>(nanos);
            case FaultPlace.At at when at.term().name().equals(BYTE) ->
                    atByte(at, vocabulary.knowsMemory());
            case FaultPlace.At at
                    when at.term().name().equals(OPENING) && vocabulary.host() == FaultHost.NODE ->
                    atOpening(at);
            case FaultPlace.At at -> at(at, vocabulary);
        };
    }

    private static <N> Trigger<N> atOpening(FaultPlace.At at) {
        if (!at.toString().equals(OPENING)) {
            throw new IllegalArgumentException(
                    "opening comes once: it takes no argument, no #, @ and +");
        }
        return new AtOpening<>();
    }

    private static <N> Trigger<N> atByte(FaultPlace.At at, boolean knowsMemory) {
        List<String> arguments = at.term().arguments();
        boolean position = at.bytes().isPresent() || (knowsMemory && at.percent().isPresent());
        if (arguments.size() != 1 || !position) {
            throw new IllegalArgumentException(
                    "expected byte(CHANNEL)@SIZE"
                            + (knowsMemory
                                    ? " or byte(CHANNEL)@PERCENT%, a share of guest RAM"
                                    : ""));
        }
        ChannelRole channel =
                FaultChannel.parse(arguments.getFirst())
                        .only()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "bytes are counted on one channel, not on several"));
        return new AtByte<>(channel, at.ordinal(), at.bytes(), at.percent(), at.delayNanos());
    }

    private static <N> Trigger<N> at(FaultPlace.At at, FaultVocabulary<N> vocabulary) {
        String name = at.term().name();
        List<String> lasting = vocabulary.lastingPlaces();
        Occurrence<N> what = Occurrence.of(at.term(), vocabulary);
        if (at.bytes().isPresent() || (at.percent().isPresent() && !lasting.contains(name))) {
            String more = lasting.isEmpty() ? "" : ", " + String.join(", ", lasting);
            throw new IllegalArgumentException(
                    "@ is for byte(CHANNEL)%s, not for %s".formatted(more, name));
        }
        return new AtOccurrence<>(what, at.ordinal(), at.percent(), at.delayNanos());
    }
}
