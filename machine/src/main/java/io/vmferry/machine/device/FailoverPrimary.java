package io.vmferry.machine.device;

/**
 * The primary of a failover pair: a fast device that cannot migrate, paired with a standby that
 * can. The source unplugs it and plugs it back if the migration fails; the destination plugs in its
 * own once the guest has arrived. Its state is never in a stream.
 */
public final class FailoverPrimary implements Device {

    private enum PlugState {
        PLUGGED,
        UNPLUGGING,
        HIDDEN
    }

    private final DeviceSpec spec;
    private final String idstr;
    private PlugState state = PlugState.PLUGGED;
    private long unplugLeftNanos;

    FailoverPrimary(DeviceSpec spec, String idstr) {
        this.spec = spec;
        this.idstr = idstr;
    }

    /** The name by which the event UNPLUG_PRIMARY calls it. */
    public String id() {
        return spec.id();
    }

    /** Whether the guest has it and no unplug was requested. */
    public boolean plugged() {
        return state == PlugState.PLUGGED;
    }

    /** Requests the unplug; without effect when the guest does not have it. */
    public void requestUnplug() {
        if (state == PlugState.PLUGGED) {
            state = PlugState.UNPLUGGING;
            unplugLeftNanos = spec.times().unplugNanos();
            guestRan(0);
        }
    }

    /** Whether an unplug was requested and is not complete. */
    public boolean unplugPending() {
        return state == PlugState.UNPLUGGING;
    }

    /** The running time that the guest still needs to complete the unplug. */
    public long unplugLeftNanos() {
        return unplugPending() ? unplugLeftNanos : 0;
    }

    /** Counts running time of the guest; only a running guest can unplug a device. */
    public void guestRan(long nanos) {
        if (unplugPending()) {
            unplugLeftNanos -= nanos;
            if (unplugLeftNanos <= 0) {
                state = PlugState.HIDDEN;
            }
        }
    }

    /** Removes it from a guest that has yet to arrive. */
    public void hide() {
        state = PlugState.HIDDEN;
    }

    /** Plugs it in, whatever was requested before. */
    public void plug() {
        state = PlugState.PLUGGED;
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
