package io.vmferry.machine.fault;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.telemetry.PointName;
import java.util.List;

/** How long the devices of a guest take to save and to load: what percentages are counted of. */
record DeviceDurations(List<Device> devices) {

    /**
     * How long a device takes, in nanoseconds.
     *
     * @param started the point at which it begins to save, or to load
     * @param device the name of its section
     */
    long nanos(PointName<?> started, String device) {
        boolean saving = started == PointName.DEVICE_SAVE_STARTED;
        return devices.stream()
                .filter(d -> d.idstr().equals(device))
                .mapToLong(d -> saving ? saveNanos(d) : loadNanos(d))
                .findFirst()
                .orElse(0);
    }

    private static long saveNanos(Device device) {
        return switch (device) {
            case StateDevice state -> state.saveNanos();
            case IterableDevice iterable -> iterable.saveNanos();
            default -> 0;
        };
    }

    private static long loadNanos(Device device) {
        return switch (device) {
            case StateDevice state -> state.loadNanos();
            case IterableDevice iterable -> iterable.loadNanos();
            default -> 0;
        };
    }
}
