package io.vmferry.machine.device;

/**
 * The primary of a failover pair: a fast device that cannot move, beside a standby that can. The
 * source has the guest let go of it and plugs it back if the migration does not succeed; the
 * destination plugs its own in when the guest has arrived. So its state is never in a stream.
 */
public final class FailoverPrimary implements Device {

    private enum Place {
        PLUGGED,
        UNPLUGGING,
        HIDDEN
    }

    private final DeviceSpec spec;
    private final String idstr;
    private Place place = Place.PLUGGED;
    private long unplugLeftNanos;

    FailoverPrimary(DeviceSpec spec, String idstr) {
        this.spec = spec;
        this.idstr = idstr;
    }

    /** The name by which the event UNPLUG_PRIMARY calls it. */
    public String id() {
        return spec.id();
    }

    /** Whether the guest has it and nobody has asked for it back. */
    public boolean plugged() {
        return place == Place.PLUGGED;
    }

    /** Asks the guest to let go of it; nothing to do for one that the guest does not have. */
    public void requestUnplug() {
        if (place == Place.PLUGGED) {
            place = Place.UNPLUGGING;
            unplugLeftNanos = spec.times().unplugNanos();
            guestRan(0);
        }
    }

    /** Whether the guest was asked to let go of it and has not done so yet. */
    public boolean unplugPending() {
        return place == Place.UNPLUGGING;
    }

    /** How long the guest must still run to let go of it. */
    public long unplugLeftNanos() {
        return unplugPending() ? unplugLeftNanos : 0;
    }

    /** The guest has run for a while; only a guest that runs can let go of a device. */
    public void guestRan(long nanos) {
        if (unplugPending()) {
            unplugLeftNanos -= nanos;
            if (unplugLeftNanos <= 0) {
                place = Place.HIDDEN;
            }
        }
    }

    /** Takes it from a guest that is yet to arrive. */
    public void hide() {
        place = Place.HIDDEN;
    }

    /** Gives it to the guest, whatever was asked for before. */
    public void plug() {
        place = Place.PLUGGED;
    }

    @Override
    public String idstr() {
        return idstr;
    }

    @Override
    public int versionId() {
        return spec.kind().versionId();
    }
}
