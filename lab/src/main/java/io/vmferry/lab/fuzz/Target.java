package io.vmferry.lab.fuzz;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The targets of fuzzing, each with the cost that is allowed. */
@SuppressWarnings("ImmutableEnumChecker") // its functions make something new each time
enum Target implements Named {
    STREAM(
            "the reader of the main channel's stream, as of QEMU 10.2",
            () -> new StreamTarget(StreamTarget.ReaderKind.MIGRATION, Profile.QEMU_10_2),
            StreamExamples::migrations,
            Limits.READER),
    STREAM_OLD(
            "the same as of QEMU 7.2",
            () -> new StreamTarget(StreamTarget.ReaderKind.MIGRATION, Profile.QEMU_7_2),
            StreamExamples::migrations,
            Limits.READER),
    PACKAGE(
            "the reader of the package of a postcopy",
            () -> new StreamTarget(StreamTarget.ReaderKind.PACKAGE, Profile.QEMU_10_2),
            StreamExamples::packages,
            Limits.READER),
    RECOVERY(
            "the reader of the main channel of a recovery",
            () -> new StreamTarget(StreamTarget.ReaderKind.RECOVERY, Profile.QEMU_10_2),
            StreamExamples::recoveries,
            Limits.READER),
    MULTIFD(
            "the reader of a multifd channel; its number decides how pages are compressed",
            MultifdTarget::new,
            MultifdExamples::channels,
            Limits.READER),
    RETURN_PATH(
            "the return path at a source, message by message; the first byte decides how far it is",
            ReturnPathTarget::new,
            ReturnPathExamples::messages,
            Limits.PARTS),
    SOURCE(
            "the same with the whole source around it, up to its end",
            SourceTarget::new,
            ReturnPathExamples::messages,
            Limits.ENGINE),
    DESTINATION(
            "a destination that reads the main channel",
            DestinationTarget::new,
            StreamExamples::migrations,
            Limits.ENGINE),
    CHANNELS(
            "the same with multifd, on several connections; the first byte decides the compression",
            ChannelsTarget::new,
            MultifdExamples::migrations,
            Limits.ENGINE),
    JSON(
            "the lexer and the parser of a monitor",
            JsonTarget::new,
            MonitorExamples::values,
            Limits.TEXT),
    MONITOR(
            "the session of a monitor's client",
            MonitorTarget::new,
            MonitorExamples::sessions,
            Limits.TEXT),
    METRICS(
            "a connection to the metrics server",
            MetricsTarget::new,
            MetricsExamples::requests,
            Limits.PAGE);

    /**
     * The limits of a run, as linear functions of the length of its input.
     *
     * @param fixedBytes allocated whatever the input is: the surroundings, the text of a refusal
     * @param bytesPerByte allocated for each byte of the input
     * @param fixedElements found whatever the input is
     */
    private record Limits(int fixedBytes, int bytesPerByte, int fixedElements) {

        static final Limits READER = new Limits(64 << 10, 64, 2);
        static final Limits PARTS = new Limits(64 << 10, 64, 12);
        static final Limits ENGINE = new Limits(512 << 10, 512, 400);

        /** A single byte may cause an error message. */
        static final Limits TEXT = new Limits(128 << 10, 2048, 2);

        /** The response to twenty bytes has all metrics. */
        static final Limits PAGE = new Limits(1 << 20, 64, 2);
    }

    /** Allocated for each byte that comes alone: a buffer around it, what is looked at again. */
    private static final int PIECE_BYTES = 1024;

    private final String about;
    private final Supplier<FuzzTarget> open;
    private final Supplier<List<byte[]>> built;
    private final Limits limits;

    Target(String about, Supplier<FuzzTarget> open, Supplier<List<byte[]>> built, Limits limits) {
        this.about = about;
        this.open = open;
        this.built = built;
        this.limits = limits;
    }

    String about() {
        return about;
    }

    /** A reader for one thread. */
    FuzzTarget open() {
        return open.get();
    }

    /** Valid inputs, and those with a former finding. */
    List<byte[]> examples() {
        List<byte[]> all = new ArrayList<>(built.get());
        all.addAll(RegressionInputs.of(this));
        return all;
    }

    /** The bytes that a reader may allocate for an input. */
    long mostBytes(int length) {
        return limits.fixedBytes + (long) limits.bytesPerByte * length;
    }

    /** The bytes that a reader may allocate for an input in pieces, including their buffers. */
    long mostBytesInPieces(int length) {
        return mostBytes(length) + (long) PIECE_BYTES * length;
    }

    /** The elements that an input may contain. */
    long mostElements(int length) {
        return limits.fixedElements + (long) length;
    }
}
