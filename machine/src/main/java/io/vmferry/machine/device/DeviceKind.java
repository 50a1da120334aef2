package io.vmferry.machine.device;

import java.util.List;

/** The devices that {@code --device} can add. */
public enum DeviceKind {
    /** A network card: a few KiB of state. */
    VIRTIO_NET("virtio-net", 11, 2 << 10, 1 << 20),
    /** A disk: a few KiB of state. */
    VIRTIO_BLK("virtio-blk", 2, 1 << 10, 1 << 20),
    /** An assigned function with state up to many GiB, sent in chunks. */
    VFIO("vfio", 1, 16 << 20, Long.MAX_VALUE / 4),
    /** The primary of a failover pair, which the guest lets go of before it moves. */
    FAILOVER_PRIMARY("failover-primary", 0, 0, 0),
    /** A device that blocks migration. */
    UNMIGRATABLE("unmigratable", 0, 0, 0);

    private final String text;
    private final int versionId;
    private final long defaultStateBytes;
    private final long largestStateBytes;

    DeviceKind(String text, int versionId, long defaultStateBytes, long largestStateBytes) {
        this.text = text;
        this.versionId = versionId;
        this.defaultStateBytes = defaultStateBytes;
        this.largestStateBytes = largestStateBytes;
    }

    /** The name used in {@code --device} and in section names. */
    public String text() {
        return text;
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
