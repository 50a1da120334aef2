package io.vmferry.machine.device;

/**
 * How long a device takes for things, in nanoseconds.
 *
 * @param saveNanos to have its state ready to be written
 * @param loadNanos to work with a loaded state
 * @param preallocNanos to prepare the destination for its last state ({@code vfio})
 * @param unplugNanos until the guest has let go of it ({@code failover-primary})
 */
public record DeviceTimes(long saveNanos, long loadNanos, long preallocNanos, long unplugNanos) {

    /** Everything is done at once. */
    public static final DeviceTimes NONE = new DeviceTimes(0, 0, 0, 0);

    DeviceTimes withSave(long nanos) {
        return new DeviceTimes(nanos, loadNanos, preallocNanos, unplugNanos);
    }

    DeviceTimes withLoad(long nanos) {
        return new DeviceTimes(saveNanos, nanos, preallocNanos, unplugNanos);
    }

    DeviceTimes withPrealloc(long nanos) {
        return new DeviceTimes(saveNanos, loadNanos, nanos, unplugNanos);
    }

    DeviceTimes withUnplug(long nanos) {
        return new DeviceTimes(saveNanos, loadNanos, preallocNanos, nanos);
    }
}
