package io.vmferry.dest.incoming;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.SwitchoverAckMode;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * With capability switchover-ack, has devices prepare themselves as soon as their initial data is
 * here, and tells the source when they are ready: until QEMU 11.0 once for all of them (at once
 * when there is none), from 11.1 on for each. Preparing takes its time beside the stream.
 */
final class SwitchoverApprovals {

    private final IncomingMigration migration;

    /** When the devices that have begun to prepare are ready. */
    private final Map<IterableDevice, Long> readyAtNanos = new HashMap<>();

    private boolean on;
    private boolean counted;
    private int pending;

    SwitchoverApprovals(IncomingMigration migration) {
        this.migration = migration;
    }

    /** The configuration has been read: how many devices there are to wait for. */
    void begin() {
        on = migration.options().capabilities().has(Capability.SWITCHOVER_ACK);
        counted = migration.profile().switchoverAckMode() == SwitchoverAckMode.COUNTED;
        for (Device device : migration.guest().devices()) {
            if (device instanceof IterableDevice iterable) {
                iterable.switchoverAck(on);
                pending += on && iterable.switchoverAckNeeded() ? 1 : 0;
            }
        }
    }

    /** A source that does not count devices waits even if there is none; before its first PONG. */
    void returnPathOpened() {
        if (on && !counted && pending == 0) {
            acknowledge();
        }
    }

    /** A payload of a device has been read, which may have been the last of its initial data. */
    void payloadLoaded(IterableDevice device) {
        if (device.initialDataLoaded() && !readyAtNanos.containsKey(device)) {
            long nanos = device.preallocNanos();
            readyAtNanos.put(device, migration.loop().nanoTime() + nanos);
            if (nanos == 0) {
                approve(device);
            } else {
                migration.loop().schedule(nanos, () -> approve(device));
            }
        }
    }

    /** How long a device whose last state is here still has to prepare itself, if at all. */
    long preallocLeftNanos(IterableDevice device) {
        return Optional.ofNullable(readyAtNanos.get(device))
                .map(readyAt -> Math.max(0, readyAt - migration.loop().nanoTime()))
                .orElse(device.preallocNanos());
    }

    private void approve(IterableDevice device) {
        if (migration.halted()) {
            return;
        }
        if (pending == 0) {
            throw new IllegalStateException(
                    device.idstr() + " approves a switchover that waits for nobody");
        }
        pending--;
        migration.probe().reached(PointName.DEVICE_APPROVED, device.idstr());
        if (counted || pending == 0) {
            acknowledge();
        }
    }

    private void acknowledge() {
        Optional<IncomingReturnPath> path = migration.channels().returnPath();
        if (path.isEmpty()) {
            migration.end(
                    Failure.Wire.sequence(
                            ChannelRole.MAIN,
                            "capability switchover-ack is on here, but the source opened no return"
                                    + " path"));
            return;
        }
        path.get().send(new ReturnPathMessage.SwitchoverAck());
        migration.probe().reached(PointName.SWITCHOVER_ACK_SENT);
    }
}
