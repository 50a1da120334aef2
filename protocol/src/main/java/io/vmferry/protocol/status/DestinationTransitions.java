package io.vmferry.protocol.status;

import static io.vmferry.protocol.status.MigrationStatus.ACTIVE;
import static io.vmferry.protocol.status.MigrationStatus.COLO;
import static io.vmferry.protocol.status.MigrationStatus.COMPLETED;
import static io.vmferry.protocol.status.MigrationStatus.FAILED;
import static io.vmferry.protocol.status.MigrationStatus.NONE;
import static io.vmferry.protocol.status.MigrationStatus.POSTCOPY_ACTIVE;
import static io.vmferry.protocol.status.MigrationStatus.POSTCOPY_DEVICE;
import static io.vmferry.protocol.status.MigrationStatus.POSTCOPY_PAUSED;
import static io.vmferry.protocol.status.MigrationStatus.POSTCOPY_RECOVER;
import static io.vmferry.protocol.status.MigrationStatus.SETUP;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.ArrayList;
import java.util.List;

/** The rows of the incoming side, which loads once in the life of a process. */
final class DestinationTransitions {

    private DestinationTransitions() {}

    static List<Transition<MigrationStatus>> rows(Profile profile) {
        List<Transition<MigrationStatus>> rows = new ArrayList<>();
        if (profile.has(Trait.INCOMING_SETUP)) {
            rows.add(row(NONE, SETUP, "an incoming address was given"));
            rows.add(row(SETUP, ACTIVE, "all channels connected, loading begins"));
            if (profile.has(Trait.FAILED_FROM_INCOMING_SETUP)) {
                rows.add(row(SETUP, FAILED, "the first connection is no migration stream"));
            }
        } else {
            rows.add(row(NONE, ACTIVE, "all channels connected, loading begins"));
        }
        rows.add(row(ACTIVE, COMPLETED, "loaded, and the guest got its run state"));
        rows.add(row(ACTIVE, FAILED, "load error before POSTCOPY_LISTEN"));
        if (profile.has(Trait.POSTCOPY_DEVICE)) {
            rows.add(row(ACTIVE, POSTCOPY_DEVICE, "POSTCOPY_LISTEN, a return path is open"));
            rows.add(row(ACTIVE, POSTCOPY_ACTIVE, "POSTCOPY_LISTEN, no return path"));
            rows.add(row(POSTCOPY_DEVICE, POSTCOPY_ACTIVE, "POSTCOPY_RUN"));
            rows.add(row(POSTCOPY_DEVICE, FAILED, "load error before POSTCOPY_RUN"));
        } else {
            rows.add(row(ACTIVE, POSTCOPY_ACTIVE, "POSTCOPY_LISTEN"));
        }
        rows.add(row(POSTCOPY_ACTIVE, COMPLETED, "end of stream, everything loaded"));
        rows.add(row(POSTCOPY_ACTIVE, POSTCOPY_PAUSED, "load error or migrate-pause, guest runs"));
        rows.add(row(POSTCOPY_ACTIVE, FAILED, "load error where postcopy cannot pause"));
        rows.add(row(POSTCOPY_PAUSED, POSTCOPY_RECOVER, "a new main channel arrived"));
        if (profile.has(Trait.FAILED_FROM_INCOMING_SETUP)) {
            rows.add(row(POSTCOPY_PAUSED, FAILED, "an empty connection, with --as-qemu"));
        }
        rows.add(row(POSTCOPY_RECOVER, POSTCOPY_ACTIVE, "POSTCOPY_RESUME"));
        rows.add(row(POSTCOPY_RECOVER, POSTCOPY_PAUSED, "the recovery broke, or migrate-pause"));
        rows.add(row(ACTIVE, COLO, "COLO checkpointing begins"));
        rows.add(row(COLO, COMPLETED, "COLO ended"));
        return List.copyOf(rows);
    }

    private static Transition<MigrationStatus> row(
            MigrationStatus from, MigrationStatus to, String trigger) {
        return new Transition<>(from, to, trigger);
    }
}
