package io.vmferry.machine.device;

import io.vmferry.protocol.Named;
import java.util.List;

/** The devices that {@code --device} can add. */
public enum DeviceKind implements Named {
    /** A network card: a few KiB of state. */
    VIRTIO_NET(11, 2 << 10, 1 << 20),
    /** A disk: a few KiB of state. */
    VIRTIO_BLK(2, 1 << 10, 1 << 20),
    /** An assigned function with state up to many GiB, sent in chunks. */
    VFIO(1, 16 << 20, Long.MAX_VALUE / 4),
    /** The primary of a failover pair, which is unplugged before the migration. */
    FAILOVER_PRIMARY(0, 0, 0),
    /** A device that blocks migration. */
    UNMIGRATABLE(0, 0, 0);

    private final int versionId;
    private final long defaultStateBytes;
    private final long largestStateBytes;

    DeviceKind(int versionId, long defaultStateBytes, long largestStateBytes) {
        this.versionId = versionId;
        this.defaultStateBytes = defaultStateBytes;
        this.largestStateBytes = largestStateBytes;
    }

    /** Version of its section, as in QEMU. */
    int versionId() {
        return versionId;
    }

    long defaultStateBytes() {
        return defaultStateBytes;
    }

    long largestStateBytes() {
        return largestStateBytes;
    }

    /** What can be set. */
    List<String> keys() {
        return switch (this) {
            case VIRTIO_NET, VIRTIO_BLK ->
                    List.of("id", "state-size", "save-time", "load-time", "ring");
            case VFIO ->
                    List.of(
                            "id",
                            "state-size",
                            "initial-size",
                            "save-time",
                            "load-time",
                            "prealloc-time");
            case FAILOVER_PRIMARY -> List.of("id", "unplug-time");
            case UNMIGRATABLE -> List.of("id");
        };
    }
}
