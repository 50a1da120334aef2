package io.vmferry.machine.device;

import io.vmferry.machine.memory.MemorySize;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

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
        DeviceKind kind = kind(parts[0]);
        DeviceSpec spec =
                new DeviceSpec(kind, "", kind.defaultStateBytes(), 0, true, DeviceTimes.NONE);
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "Device option '" + parts[i] + "' has no value: expected key=value");
            }
            spec = spec.with(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        if (kind == DeviceKind.FAILOVER_PRIMARY && spec.id().isEmpty()) {
            throw new IllegalArgumentException(
                    "Device failover-primary needs an id, by which UNPLUG_PRIMARY calls it");
        }
        return spec;
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

    /** What messages call the device. */
    String nameOf(String idstr) {
        return id.isEmpty() ? "'" + idstr + "'" : "'" + id + "' (" + idstr + ")";
    }

    private DeviceSpec with(String key, String value) {
        if (!kind.keys().contains(key)) {
            throw new IllegalArgumentException(
                    "Device %s has no option '%s': expected one of %s"
                            .formatted(kind.text(), key, String.join(", ", kind.keys())));
        }
        return switch (key) {
            case "id" -> new DeviceSpec(kind, value, stateBytes, initialBytes, ring, times);
            case "state-size" -> sizes(MemorySize.parse(value), initialBytes);
            case "initial-size" -> sizes(stateBytes, MemorySize.parse(value));
            case "ring" ->
                    new DeviceSpec(kind, id, stateBytes, initialBytes, onOff(key, value), times);
            case "save-time" -> with(times.withSave(nanos(key, value)));
            case "load-time" -> with(times.withLoad(nanos(key, value)));
            case "prealloc-time" -> with(times.withPrealloc(nanos(key, value)));
            case "unplug-time" -> with(times.withUnplug(nanos(key, value)));
            default -> throw new IllegalStateException("Nothing reads device option " + key);
        };
    }

    private DeviceSpec sizes(long state, long initial) {
        return new DeviceSpec(kind, id, state, initial, ring, times);
    }

    private DeviceSpec with(DeviceTimes other) {
        return new DeviceSpec(kind, id, stateBytes, initialBytes, ring, other);
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

    private static DeviceKind kind(String name) {
        return Arrays.stream(DeviceKind.values())
                .filter(kind -> kind.text().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "Unknown device '"
                                        + name
                                        + "': expected one of "
                                        + Arrays.stream(DeviceKind.values())
                                                .map(DeviceKind::text)
                                                .collect(Collectors.joining(", "))));
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
}
