package io.vmferry.lab.fuzz;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A destination whose source sends the input, in virtual time; then the connection ends.
 *
 * <p>From a package on two streams are read, the package and what had come after it, as in a QEMU
 * that has a thread for the one and one for the other. What comes first depends on the cuts from
 * there on, and is not compared.
 */
final class DestinationTarget implements FuzzTarget {

    private static final long SECOND_NANOS = 1_000_000_000;

    private final FuzzedGuest memory =
            new FuzzedGuest(MiniatureDestination.BLOCK, MiniatureDestination.BLOCK_BYTES >> 12);
    private final MigrationOptions options =
            FuzzedGuest.options(
                    Profile.DEFAULT,
                    EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM),
                    Map.of());

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        FedDestination destination =
                new FedDestination(memory, options, trace, Set.of(PointName.PACKAGE_RECEIVED));
        FedLink link = destination.connect();
        link.bring(input, 0, cuts);
        destination.loop().advance(SECOND_NANOS);
        link.end(Optional.empty());
        destination.loop().advance(60 * SECOND_NANOS);
        destination.note("written", link.writtenHash());
        destination.judge();
    }
}
