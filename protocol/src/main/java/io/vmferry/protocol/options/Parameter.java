package io.vmferry.protocol.options;

import io.vmferry.protocol.profile.Profile;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * QEMU's {@code MigrationParameter}; types, defaults and ranges are in {@link ParameterCatalogue}.
 */
public enum Parameter {
    /** Delay before the second self-announcement of the guest's network cards. */
    ANNOUNCE_INITIAL,
    /** Longest delay between two self-announcements. */
    ANNOUNCE_MAX,
    /** How many self-announcements are sent. */
    ANNOUNCE_ROUNDS,
    /** How much each delay is longer than the one before. */
    ANNOUNCE_STEP,
    /** Level of capability compress. */
    COMPRESS_LEVEL(Profile.QEMU_7_2, Profile.QEMU_8_2),
    /** Compressing threads of capability compress. */
    COMPRESS_THREADS(Profile.QEMU_7_2, Profile.QEMU_8_2),
    /** Whether a page waits for a free compressing thread. */
    COMPRESS_WAIT_THREAD(Profile.QEMU_7_2, Profile.QEMU_8_2),
    /** Decompressing threads of capability compress. */
    DECOMPRESS_THREADS(Profile.QEMU_7_2, Profile.QEMU_8_2),
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
    AVAIL_SWITCHOVER_BANDWIDTH(Profile.QEMU_8_2),
    /** Longest stop of the guest that is acceptable. */
    DOWNTIME_LIMIT,
    /** Pause between two COLO checkpoints. */
    X_CHECKPOINT_DELAY,
    /** Whether capability block copies without the backing file. */
    BLOCK_INCREMENTAL(Profile.QEMU_7_2, Profile.QEMU_8_2),
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
    MULTIFD_QATZIP_LEVEL(Profile.QEMU_9_2),
    /** Level of zstd in multifd. */
    MULTIFD_ZSTD_LEVEL,
    /** Other names of disks and dirty bitmaps on the destination. */
    BLOCK_BITMAP_MAPPING,
    /** Period of the dirty rate measured for dirty-limit. */
    X_VCPU_DIRTY_LIMIT_PERIOD(Profile.QEMU_8_2),
    /** Dirty rate that dirty-limit leaves to a vCPU. */
    VCPU_DIRTY_LIMIT(Profile.QEMU_8_2),
    /** Migration or checkpoint-restart. */
    MODE(Profile.QEMU_8_2),
    /** Where zero pages are looked for. */
    ZERO_PAGE_DETECTION(Profile.QEMU_9_2),
    /** Whether a file is written past the page cache. */
    DIRECT_IO(Profile.QEMU_9_2),
    /** How much RDMA registers at once. */
    X_RDMA_CHUNK_SIZE(Profile.QEMU_11_1),
    /** Command line of the program that mode cpr-exec starts. */
    CPR_EXEC_COMMAND(Profile.QEMU_10_2);

    private final String qmpName = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final Profile since;
    private final Profile until;

    Parameter() {
        this(Profile.QEMU_7_2);
    }

    Parameter(Profile since) {
        this(since, Profile.QEMU_11_1);
    }

    Parameter(Profile since, Profile until) {
        this.since = since;
        this.until = until;
    }

    /** The name on the monitor, for example {@code max-bandwidth}. */
    public String qmpName() {
        return qmpName;
    }

    /** Whether a profile has it. */
    public boolean knownTo(Profile profile) {
        return profile.compareTo(since) >= 0 && profile.compareTo(until) <= 0;
    }

    /** Whether a profile announces that it is going to lose it. */
    public boolean deprecatedIn(Profile profile) {
        return until == Profile.QEMU_8_2 && profile.deprecatesBlockMigration();
    }

    /** Type, unit, default and range under a profile that has it. */
    public ParameterSpec spec(Profile profile) {
        return ParameterCatalogue.of(this, profile);
    }

    /** All that a profile has, in order. */
    public static List<Parameter> knownBy(Profile profile) {
        return Arrays.stream(values()).filter(p -> p.knownTo(profile)).toList();
    }

    /** The parameter of a name, or empty. */
    public static Optional<Parameter> fromQmpName(String name) {
        return Arrays.stream(values()).filter(p -> p.qmpName.equals(name)).findFirst();
    }
}
