package io.vmferry.lab.fuzz;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamReader;
import io.vmferry.protocol.stream.StreamRules;

/** The readers of the main channel's stream, which feed a destination in miniature. */
final class StreamTarget implements FuzzTarget {

    /** The kind of reader. */
    enum ReaderKind {
        MIGRATION,
        PACKAGE,
        RECOVERY
    }

    private final ReaderKind kind;
    private final Profile profile;
    private final StreamRules rules;
    private final PieceFeed feed = new PieceFeed();

    StreamTarget(ReaderKind kind, Profile profile) {
        this.kind = kind;
        this.profile = profile;
        this.rules = StreamRules.of(profile);
    }

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        MiniatureDestination destination = new MiniatureDestination(profile, cuts, trace);
        StreamReader reader =
                switch (kind) {
                    case MIGRATION -> StreamReader.migration(destination, rules);
                    case PACKAGE -> StreamReader.packaged(destination, rules);
                    case RECOVERY -> StreamReader.recovery(destination, rules);
                };
        destination.begin(reader, kind);
        try {
            feed.feed(
                    input,
                    cuts,
                    new PieceFeed.Pausable(reader::read, reader::paused, reader::resume));
            reader.endOfInput();
            trace.ended("at byte " + reader.offset());
        } catch (StreamException refusal) {
            trace.refused(refusal);
        }
    }
}
