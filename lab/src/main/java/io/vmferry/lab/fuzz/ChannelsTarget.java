package io.vmferry.lab.fuzz;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A destination with two multifd channels whose source sends the input on up to eight connections,
 * in virtual time; then all of them end.
 *
 * <p>The first byte chooses compression and version. Pieces follow, each with the number of its
 * connection and its length in front; a piece without bytes ends its connection. The stream waits
 * for the channels, and they for the stream, so that it depends on the cuts what comes first.
 * Nothing is compared from the first channel on: what is left are the limits, and that the
 * migration comes to its end.
 */
final class ChannelsTarget implements FuzzTarget {

    static final int MODES = 4;

    /** The mode in which each end of RAM's payload is a mark, and no packet lists zero pages. */
    static final int OLD_MODE = 3;

    private static final int CONNECTIONS = 8;
    private static final int HEAD_BYTES = 3;
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final List<MigrationOptions> OPTIONS =
            List.of(
                    options(Profile.DEFAULT, "none", Capability.POSTCOPY_RAM),
                    options(Profile.DEFAULT, "zlib", Capability.POSTCOPY_RAM),
                    options(Profile.DEFAULT, "zstd"),
                    options(Profile.QEMU_7_2, "none"));

    private final FuzzedGuest memory =
            new FuzzedGuest(MiniatureDestination.BLOCK, MiniatureDestination.BLOCK_BYTES >> 12);

    private static MigrationOptions options(
            Profile profile, String compression, Capability... more) {
        EnumSet<Capability> on = EnumSet.of(Capability.EVENTS, Capability.MULTIFD);
        on.addAll(Arrays.asList(more));
        return FuzzedGuest.options(profile, on, Map.of(Parameter.MULTIFD_COMPRESSION, compression));
    }

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        FedDestination destination = play(input, cuts, trace);
        MigrationStatus status = destination.status();
        // without a main channel it waits for one, as before
        boolean over = !status.running() || status == MigrationStatus.POSTCOPY_PAUSED;
        if (destination.sourceCame() && !over) {
            throw new IllegalStateException(
                    "Still " + status.text() + " although all connections have ended");
        }
    }

    /** Lets a source send an input, up to the end of all connections. */
    FedDestination play(byte[] input, Cuts cuts, Trace trace) {
        int mode = input.length == 0 ? 0 : input[0] & (MODES - 1);
        FedDestination destination =
                new FedDestination(
                        memory,
                        OPTIONS.get(mode),
                        trace,
                        Set.of(PointName.MAIN_CHANNEL, PointName.MULTIFD_CHANNEL));
        FedLink[] links = new FedLink[CONNECTIONS];
        int at = 1;
        while (at + HEAD_BYTES <= input.length) {
            int connection = input[at] & (CONNECTIONS - 1);
            int length = (input[at + 1] & 0xff) << 8 | (input[at + 2] & 0xff);
            at += HEAD_BYTES;
            int end = Math.min(at + length, input.length);
            if (links[connection] == null) {
                links[connection] = destination.connect();
            }
            if (length == 0) {
                links[connection].end(Optional.empty());
            } else {
                links[connection].bring(Arrays.copyOfRange(input, at, end), 0, cuts);
            }
            destination.loop().run();
            at = end;
        }
        destination.loop().advance(SECOND_NANOS);
        for (FedLink link : links) {
            if (link != null) {
                link.end(Optional.empty());
            }
        }
        destination.loop().advance(60 * SECOND_NANOS);
        destination.judge();
        return destination;
    }
}
