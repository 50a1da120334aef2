package io.vmferry.machine.guest;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import java.util.Set;

/**
 * The capabilities and parameters that can be used. QEMU's others are known by name and refused.
 */
public final class BuiltOptions {

    /** Capabilities that can be switched on. */
    public static final Set<Capability> CAPABILITIES =
            Set.of(
                    Capability.EVENTS,
                    Capability.RETURN_PATH,
                    Capability.PAUSE_BEFORE_SWITCHOVER,
                    Capability.AUTO_CONVERGE,
                    Capability.ZERO_BLOCKS,
                    Capability.LATE_BLOCK_ACTIVATE,
                    Capability.VALIDATE_UUID,
                    Capability.POSTCOPY_RAM,
                    Capability.POSTCOPY_PREEMPT,
                    Capability.POSTCOPY_BLOCKTIME,
                    Capability.RELEASE_RAM,
                    Capability.DIRTY_BITMAPS,
                    Capability.SWITCHOVER_ACK,
                    Capability.XBZRLE,
                    Capability.BACKGROUND_SNAPSHOT,
                    Capability.MULTIFD);

    /**
     * Parameters that can be changed: those that are implemented, and those of capabilities that
     * cannot be switched on, which change nothing in QEMU either.
     */
    public static final Set<Parameter> PARAMETERS =
            Set.of(
                    Parameter.ANNOUNCE_INITIAL,
                    Parameter.ANNOUNCE_MAX,
                    Parameter.ANNOUNCE_ROUNDS,
                    Parameter.ANNOUNCE_STEP,
                    Parameter.MAX_BANDWIDTH,
                    Parameter.MAX_POSTCOPY_BANDWIDTH,
                    Parameter.DOWNTIME_LIMIT,
                    Parameter.AVAIL_SWITCHOVER_BANDWIDTH,
                    Parameter.THROTTLE_TRIGGER_THRESHOLD,
                    Parameter.CPU_THROTTLE_INITIAL,
                    Parameter.CPU_THROTTLE_INCREMENT,
                    Parameter.CPU_THROTTLE_TAILSLOW,
                    Parameter.MAX_CPU_THROTTLE,
                    Parameter.ZERO_PAGE_DETECTION,
                    Parameter.TLS_CREDS,
                    Parameter.TLS_HOSTNAME,
                    Parameter.TLS_AUTHZ,
                    // of compress
                    Parameter.COMPRESS_LEVEL,
                    Parameter.COMPRESS_THREADS,
                    Parameter.COMPRESS_WAIT_THREAD,
                    Parameter.DECOMPRESS_THREADS,
                    // of block
                    Parameter.BLOCK_INCREMENTAL,
                    // of multifd
                    Parameter.MULTIFD_CHANNELS,
                    Parameter.MULTIFD_COMPRESSION,
                    Parameter.MULTIFD_ZLIB_LEVEL,
                    Parameter.MULTIFD_QATZIP_LEVEL,
                    Parameter.MULTIFD_ZSTD_LEVEL,
                    // of xbzrle
                    Parameter.XBZRLE_CACHE_SIZE,
                    // of x-colo, dirty-limit and rdma-pin-all
                    Parameter.X_CHECKPOINT_DELAY,
                    Parameter.X_VCPU_DIRTY_LIMIT_PERIOD,
                    Parameter.VCPU_DIRTY_LIMIT,
                    Parameter.X_RDMA_CHUNK_SIZE);

    private BuiltOptions() {}
}
