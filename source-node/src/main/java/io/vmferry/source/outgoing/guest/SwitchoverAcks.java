package io.vmferry.source.outgoing.guest;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;

/**
 * The acknowledgements that the switchover waits for, with capability switchover-ack. Until QEMU
 * 11.0 the destination sends one for all devices; from 11.1 on it sends one for each device, and
 * the source counts them.
 */
public final class SwitchoverAcks {

    private final Guest guest;
    private final boolean counted;
    private int pending;

    /**
     * Starts a migration: before their setup its devices get to know whether the capability is on.
     */
    public SwitchoverAcks(Guest guest, MigrationOptions options) {
        this.guest = guest;
        boolean on = options.capabilities().has(Capability.SWITCHOVER_ACK);
        counted = options.profile().has(Trait.SWITCHOVER_ACK_COUNTED);
        int devices = 0;
        for (Device device : guest.devices()) {
            if (device instanceof IterableDevice iterable) {
                iterable.switchoverAck(on);
                devices += iterable.switchoverAckNeeded() ? 1 : 0;
            }
        }
        if (on) {
            pending = counted ? devices : 1;
        }
    }

    /** Whether a switchover may begin. A stopped guest has no downtime, so nothing is awaited. */
    public boolean switchoverAllowed() {
        return pending == 0 || guest.run().state() != RunState.RUNNING;
    }

    /** The number of acknowledgements that are still missing. */
    public int pending() {
        return pending;
    }

    /**
     * Counts an acknowledgement.
     *
     * @throws StreamException when acknowledgements are counted and no device waits for this one
     */
    public void received() throws StreamException {
        if (pending > 0) {
            pending--;
        } else if (counted) {
            throw StreamException.of(
                    StreamError.RP_ACK_UNDERFLOW,
                    "SWITCHOVER_ACK although no device waits for one");
        }
    }
}
