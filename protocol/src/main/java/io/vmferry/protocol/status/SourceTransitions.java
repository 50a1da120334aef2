package io.vmferry.protocol.status;

import static io.vmferry.protocol.status.MigrationStatus.ACTIVE;
import static io.vmferry.protocol.status.MigrationStatus.CANCELLED;
import static io.vmferry.protocol.status.MigrationStatus.CANCELLING;
import static io.vmferry.protocol.status.MigrationStatus.COLO;
import static io.vmferry.protocol.status.MigrationStatus.COMPLETED;
import static io.vmferry.protocol.status.MigrationStatus.DEVICE;
import static io.vmferry.protocol.status.MigrationStatus.FAILED;
import static io.vmferry.protocol.status.MigrationStatus.FAILING;
import static io.vmferry.protocol.status.MigrationStatus.NONE;
import static io.vmferry.protocol.status.MigrationStatus.POSTCOPY_ACTIVE;
import static io.vmferry.protocol.status.MigrationStatus.POSTCOPY_DEVICE;
import static io.vmferry.protocol.status.MigrationStatus.POSTCOPY_PAUSED;
import static io.vmferry.protocol.status.MigrationStatus.POSTCOPY_RECOVER;
import static io.vmferry.protocol.status.MigrationStatus.POSTCOPY_RECOVER_SETUP;
import static io.vmferry.protocol.status.MigrationStatus.PRE_SWITCHOVER;
import static io.vmferry.protocol.status.MigrationStatus.SETUP;
import static io.vmferry.protocol.status.MigrationStatus.WAIT_UNPLUG;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of the outgoing side. A savevm, which reuses QEMU's migration object, is no migration
 * between two peers and has no row.
 */
final class SourceTransitions {

    private final Profile profile;
    private final List<Transition<MigrationStatus>> rows = new ArrayList<>();

    private SourceTransitions(Profile profile) {
        this.profile = profile;
    }

    static List<Transition<MigrationStatus>> rows(Profile profile) {
        SourceTransitions table = new SourceTransitions(profile);
        table.start();
        table.switchover();
        if (profile.has(Trait.DEVICE_ALWAYS_ENTERED)) {
            table.finishFromDevice();
        } else {
            table.finishWithOptionalDevice();
        }
        table.postcopy();
        table.recovery();
        table.cancel();
        table.failure();
        return List.copyOf(table.rows);
    }

    private void row(MigrationStatus from, MigrationStatus to, String trigger) {
        rows.add(new Transition<>(from, to, trigger));
    }

    /** Since 11.0 no state fails at once: the failure is announced, cleaned up and then final. */
    private void fails(MigrationStatus from, String trigger) {
        row(from, profile.has(Trait.FAILING) ? FAILING : FAILED, trigger);
    }

    private void start() {
        row(NONE, SETUP, "migrate passed its checks");
        row(COMPLETED, NONE, "the next migrate forgets this one; no event");
        row(FAILED, NONE, "the next migrate forgets this one; no event");
        row(CANCELLED, NONE, "the next migrate forgets this one; no event");
        row(SETUP, ACTIVE, "header and setup sections written");
        row(SETUP, WAIT_UNPLUG, "setup sections written, a failover device is still plugged");
        row(WAIT_UNPLUG, ACTIVE, "the failover device is unplugged");
    }

    private void switchover() {
        row(ACTIVE, PRE_SWITCHOVER, "guest stopped, pause-before-switchover is on");
        row(PRE_SWITCHOVER, DEVICE, "migrate-continue");
        row(DEVICE, COMPLETED, "everything sent and the return path closed cleanly");
        row(COLO, COMPLETED, "COLO ended");
        if (profile.has(Trait.CPR_EXEC)) {
            row(COMPLETED, FAILED, "cpr-exec: the new program could not be started");
        }
    }

    private void finishFromDevice() {
        row(ACTIVE, DEVICE, "guest stopped, pause-before-switchover is off");
        row(
                ACTIVE,
                COMPLETED,
                "background-snapshot is on: all of it is written, the guest runs on");
        row(DEVICE, COLO, "everything sent, x-colo is on");
        if (profile.has(Trait.POSTCOPY_DEVICE)) {
            row(DEVICE, POSTCOPY_DEVICE, "package sent, a return path exists");
            row(DEVICE, POSTCOPY_ACTIVE, "package sent, no return path");
        } else {
            row(DEVICE, POSTCOPY_ACTIVE, "package sent");
        }
    }

    private void finishWithOptionalDevice() {
        row(ACTIVE, COMPLETED, "everything sent, pause-before-switchover is off");
        row(ACTIVE, COLO, "everything sent, x-colo is on");
        row(ACTIVE, POSTCOPY_ACTIVE, "postcopy starts, pause-before-switchover is off");
        row(PRE_SWITCHOVER, POSTCOPY_ACTIVE, "postcopy starts after migrate-continue");
    }

    private void postcopy() {
        if (profile.has(Trait.POSTCOPY_DEVICE)) {
            row(POSTCOPY_DEVICE, POSTCOPY_ACTIVE, "PONG 0x42: the package is loaded");
            fails(POSTCOPY_DEVICE, "stream broken before the package was loaded");
            fails(POSTCOPY_PAUSED, "paused since the lease could not be had, and now it can");
        }
        row(POSTCOPY_ACTIVE, POSTCOPY_PAUSED, "channel lost, or migrate-pause");
        row(POSTCOPY_ACTIVE, COMPLETED, "last page sent and the return path closed cleanly");
        fails(POSTCOPY_ACTIVE, "return path or stream error in the completion step");
    }

    private void recovery() {
        if (profile.has(Trait.RECOVER_SETUP)) {
            row(POSTCOPY_PAUSED, POSTCOPY_RECOVER_SETUP, "migrate with resume");
            row(
                    POSTCOPY_RECOVER_SETUP,
                    POSTCOPY_PAUSED,
                    "connecting failed; it may be tried again");
            row(POSTCOPY_RECOVER_SETUP, POSTCOPY_RECOVER, "connected again");
        } else {
            row(POSTCOPY_PAUSED, POSTCOPY_RECOVER, "migrate with resume connected again");
        }
        row(POSTCOPY_RECOVER, POSTCOPY_ACTIVE, "RESUME_ACK");
        row(POSTCOPY_RECOVER, POSTCOPY_PAUSED, "the recovery broke, or migrate-pause");
    }

    private void cancel() {
        for (MigrationStatus from :
                List.of(SETUP, WAIT_UNPLUG, ACTIVE, PRE_SWITCHOVER, DEVICE, COLO)) {
            row(from, CANCELLING, "migrate_cancel, or the process ends");
        }
        if (profile.has(Trait.POSTCOPY_CANCEL)) {
            String lost = "migrate_cancel with --as-qemu: the guest is lost";
            row(POSTCOPY_ACTIVE, CANCELLING, lost);
            row(POSTCOPY_PAUSED, CANCELLING, lost);
            if (profile.has(Trait.RECOVER_SETUP)) {
                row(POSTCOPY_RECOVER_SETUP, CANCELLING, lost);
            }
            row(POSTCOPY_RECOVER, CANCELLING, lost);
        }
        row(CANCELLING, CANCELLED, "channels closed and cleaned up");
    }

    private void failure() {
        fails(SETUP, "no connection, or the setup was refused");
        fails(ACTIVE, "setup sections refused, stream broken, or the guest could not be stopped");
        fails(PRE_SWITCHOVER, "channel lost while waiting");
        fails(DEVICE, "a section could not be saved or sent, or the destination reported an error");
        if (profile.has(Trait.FAILING)) {
            row(FAILING, FAILED, "cleaned up, the guest is back if it may run");
        }
    }
}
