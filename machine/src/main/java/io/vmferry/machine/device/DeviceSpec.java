package io.vmferry.machine.device;

import io.vmferry.machine.memory.MemorySize;
import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Named;
import java.util.concurrent.TimeUnit;

/**
 * A device as given by {@code --device KIND[,key=value]*}. Both sides of a migration need the same
 * devices in the same order.
 *
 * @param kind what it is
 * @param id the user's name for it in messages; may be empty
 * @param stateBytes size of the state sent while the guest is stopped
 * @param initialBytes size of the state sent before that ({@code vfio})
 * @param ring whether it looks at a page of guest memory when it was loaded ({@code virtio-*})
 * @param times how long things take
 */
public record DeviceSpec(
        DeviceKind kind,
        String id,
        long stateBytes,
        long initialBytes,
        boolean ring,
        DeviceTimes times) {
    /** Slots 0 and 1 of the PCI bus hold the host bridge and the ISA bridge. */
    private static final int FIRST_SLOT = 2;

    private static final int SLOTS = 32;

    public DeviceSpec {
        largest("state-size", stateBytes, kind);
        largest("initial-size", initialBytes, kind);
    }

    /**
     * Reads {@code KIND[,key=value]*}.
     *
     * @throws IllegalArgumentException with one clear line
     */
    public static DeviceSpec parse(String text) {
        String[] parts = text.split(",", -1);
        DeviceKind kind = Named.require(DeviceKind.class, "device", parts[0]);
        DeviceDraft draft = new DeviceDraft(kind);
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "Device option '" + parts[i] + "' has no value: expected key=value");
            }
            draft.set(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        if (kind == DeviceKind.FAILOVER_PRIMARY && draft.id.isEmpty()) {
            throw new IllegalArgumentException(
                    "Device failover-primary needs an id, by which UNPLUG_PRIMARY calls it");
        }
        return draft.build();
    }

    /**
     * Makes the device.
     *
     * @param guestSeed from which its first state follows
     * @param position among the devices of the guest, from which its PCI address follows
     */
    public Device create(long guestSeed, int position) {
        int slot = FIRST_SLOT + position;
        if (slot >= SLOTS) {
            throw new IllegalArgumentException(
                    "A guest can have %d devices at most".formatted(SLOTS - FIRST_SLOT));
        }
        String idstr = "0000:00:%02x.0/%s".formatted(slot, kind.text());
        long seed = guestSeed * 0x9E3779B97F4A7C15L + slot;
        return switch (kind) {
            case VIRTIO_NET, VIRTIO_BLK -> new VirtioDevice(this, idstr, seed);
            case VFIO -> new VfioDevice(this, idstr, seed);
            case FAILOVER_PRIMARY -> new FailoverPrimary(this, idstr);
            case UNMIGRATABLE -> new UnmigratableDevice(this, idstr);
        };
    }

    /** The name of the device in messages. */
    String nameOf(String idstr) {
        return id.isEmpty() ? "'" + idstr + "'" : "'" + id + "' (" + idstr + ")";
    }

    /** A specification being read, with the defaults of its kind to begin with. */
    private static final class DeviceDraft {
        private final DeviceKind kind;
        private String id = "";
        private long state;
        private long initial;
        private boolean ring = true;
        private long save;
        private long load;
        private long prealloc;
        private long unplug;

        DeviceDraft(DeviceKind kind) {
            this.kind = kind;
            this.state = kind.defaultStateBytes();
        }

        void set(String key, String value) {
            if (!kind.keys().contains(key)) {
                throw new IllegalArgumentException(
                        "Device %s has no option '%s'%s: expected one of %s"
                                .formatted(
                                        kind.text(),
                                        key,
                                        Closest.hint(key, kind.keys()),
                                        String.join(", ", kind.keys())));
            }
            switch (key) {
                case "id" -> id = value;
                case "state-size" -> state = MemorySize.parse(value);
                case "initial-size" -> initial = MemorySize.parse(value);
                case "ring" -> ring = onOff(key, value);
                case "save-time" -> save = nanos(key, value);
                case "load-time" -> load = nanos(key, value);
                case "prealloc-time" -> prealloc = nanos(key, value);
                case "unplug-time" -> unplug = nanos(key, value);
                default -> throw new IllegalStateException("Nothing reads device option " + key);
            }
        }

        DeviceSpec build() {
            DeviceTimes times = new DeviceTimes(save, load, prealloc, unplug);
            return new DeviceSpec(kind, id, state, initial, ring, times);
        }
    }

    private static boolean onOff(String key, String value) {
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "Device option %s=%s: expected on or off".formatted(key, value));
        };
    }

    /** A time in milliseconds, or with a unit: {@code 250us}, {@code 20ms}, {@code 2s}. */
    private static long nanos(String key, String value) {
        String digits = value.replaceFirst("(us|ms|s)$", "");
        TimeUnit unit =
                switch (value.substring(digits.length())) {
                    case "us" -> TimeUnit.MICROSECONDS;
                    case "s" -> TimeUnit.SECONDS;
                    default -> TimeUnit.MILLISECONDS;
                };
        if (!digits.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(
                    "Device option %s=%s is not a time: expected milliseconds, or a number with us, ms or s"
                            .formatted(key, value));
        }
        return unit.toNanos(Long.parseLong(digits));
    }

    private static void largest(String key, long bytes, DeviceKind kind) {
        if (bytes < 0 || bytes > kind.largestStateBytes()) {
            throw new IllegalArgumentException(
                    "Device option %s=%d is more than a %s can have (%s)"
                            .formatted(
                                    key,
                                    bytes,
                                    kind.text(),
                                    MemorySize.format(kind.largestStateBytes())));
        }
    }

    /**
     * The durations of a device's operations, in nanoseconds.
     *
     * @param saveNanos to have its state ready to be written
     * @param loadNanos to work with a loaded state
     * @param preallocNanos to prepare the destination for its last state ({@code vfio})
     * @param unplugNanos until the guest has unplugged it ({@code failover-primary})
     */
    public record DeviceTimes(
            long saveNanos, long loadNanos, long preallocNanos, long unplugNanos) {}
}
