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
 * The acknowledgements of one migration that the switchover waits for, with capability
 * switchover-ack. Until QEMU 11.0 there is one for all devices, whose destination counts them; from
 * 11.1 on the source counts the devices that want one, and each sends its own.
 */
public final class SwitchoverAcks {

    private final Guest guest;
    private final boolean counted;
    private int pending;

    /** A migration begins; its devices are told, before their setup, whether they will be asked. */
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

    /**
     * Whether a switchover, be it completion or postcopy, need not wait. A guest that does not run
     * has no downtime to be kept short, so its devices are not waited for.
     */
    public boolean switchoverAllowed() {
        return pending == 0 || guest.run().state() != RunState.RUNNING;
    }

    /** How many are still to come. */
    public int pending() {
        return pending;
    }

    /**
     * One has come.
     *
     * @throws StreamException when they are counted and this one was not asked for; who does not
     *     count ignores it
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
