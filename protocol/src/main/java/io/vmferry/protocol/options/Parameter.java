package io.vmferry.protocol.options;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.profile.Versions;
import java.util.Arrays;
import java.util.List;

/**
 * QEMU's {@code MigrationParameter}; types, defaults and ranges are in {@link ParameterCatalogue}.
 */
public enum Parameter implements Named {
    /** Delay before the second self-announcement of the guest's network cards. */
    ANNOUNCE_INITIAL,
    /** Longest delay between two self-announcements. */
    ANNOUNCE_MAX,
    /** How many self-announcements are sent. */
    ANNOUNCE_ROUNDS,
    /** How much each delay is longer than the one before. */
    ANNOUNCE_STEP,
    /** Level of capability compress. */
    COMPRESS_LEVEL(Versions.until(Profile.QEMU_8_2)),
    /** Compressing threads of capability compress. */
    COMPRESS_THREADS(Versions.until(Profile.QEMU_8_2)),
    /** Whether a page waits for a free compressing thread. */
    COMPRESS_WAIT_THREAD(Versions.until(Profile.QEMU_8_2)),
    /** Decompressing threads of capability compress. */
    DECOMPRESS_THREADS(Versions.until(Profile.QEMU_8_2)),
    /** Dirty bytes per transferred bytes from which auto-converge throttles. */
    THROTTLE_TRIGGER_THRESHOLD,
    /** First throttling of auto-converge. */
    CPU_THROTTLE_INITIAL,
    /** Step of auto-converge. */
    CPU_THROTTLE_INCREMENT,
    /** Whether auto-converge takes smaller steps towards the end. */
    CPU_THROTTLE_TAILSLOW,
    /** TLS credentials of the migration. */
    TLS_CREDS,
    /** Host name in the destination's certificate. */
    TLS_HOSTNAME,
    /** Authorization of the peer's certificate. */
    TLS_AUTHZ,
    /** Rate limit of precopy, 0 for none. */
    MAX_BANDWIDTH,
    /** Rate to expect at the switchover, 0 to measure. */
    AVAIL_SWITCHOVER_BANDWIDTH(Versions.since(Profile.QEMU_8_2)),
    /** Longest stop of the guest that is acceptable. */
    DOWNTIME_LIMIT,
    /** Pause between two COLO checkpoints. */
    X_CHECKPOINT_DELAY,
    /** Whether capability block copies without the backing file. */
    BLOCK_INCREMENTAL(Versions.until(Profile.QEMU_8_2)),
    /** Channels of multifd. */
    MULTIFD_CHANNELS,
    /** Size of the cache of xbzrle. */
    XBZRLE_CACHE_SIZE,
    /** Rate limit of postcopy's background pages, 0 for none. */
    MAX_POSTCOPY_BANDWIDTH,
    /** Strongest throttling of auto-converge. */
    MAX_CPU_THROTTLE,
    /** Compression of multifd. */
    MULTIFD_COMPRESSION,
    /** Level of zlib in multifd. */
    MULTIFD_ZLIB_LEVEL,
    /** Level of QATzip in multifd. */
    MULTIFD_QATZIP_LEVEL(Versions.since(Profile.QEMU_9_2)),
    /** Level of zstd in multifd. */
    MULTIFD_ZSTD_LEVEL,
    /** Other names of disks and dirty bitmaps on the destination. */
    BLOCK_BITMAP_MAPPING,
    /** Period of the dirty rate measured for dirty-limit. */
    X_VCPU_DIRTY_LIMIT_PERIOD(Versions.since(Profile.QEMU_8_2)),
    /** Dirty rate that dirty-limit leaves to a vCPU. */
    VCPU_DIRTY_LIMIT(Versions.since(Profile.QEMU_8_2)),
    /** Migration or checkpoint-restart. */
    MODE(Versions.since(Profile.QEMU_8_2)),
    /** Where zero pages are detected. */
    ZERO_PAGE_DETECTION(Versions.since(Profile.QEMU_9_2)),
    /** Whether a file is written past the page cache. */
    DIRECT_IO(Versions.since(Profile.QEMU_9_2)),
    /** How much RDMA registers at once. */
    X_RDMA_CHUNK_SIZE(Versions.since(Profile.QEMU_11_1)),
    /** Command line of the program that mode cpr-exec starts. */
    CPR_EXEC_COMMAND(Versions.since(Profile.QEMU_10_2));

    @SuppressWarnings("ImmutableEnumChecker") // a record of two enum constants
    private final Versions versions;

    Parameter() {
        this(Versions.ALL);
    }

    Parameter(Versions versions) {
        this.versions = versions;
    }

    /** Whether a profile has it. */
    public boolean knownTo(Profile profile) {
        return versions.include(profile);
    }

    /** Whether a profile announces that it is going to lose it. */
    public boolean deprecatedIn(Profile profile) {
        return versions.last() == Profile.QEMU_8_2 && profile.has(Trait.BLOCK_MIGRATION_DEPRECATED);
    }

    /** Type, unit, default and range under a profile that has it. */
    public ParameterSpec spec(Profile profile) {
        return ParameterCatalogue.of(this, profile);
    }

    /** All that a profile has, in order. */
    public static List<Parameter> knownBy(Profile profile) {
        return Arrays.stream(values()).filter(p -> p.knownTo(profile)).toList();
    }
}
