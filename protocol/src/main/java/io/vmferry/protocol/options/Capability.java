package io.vmferry.protocol.options;

import io.vmferry.protocol.profile.Profile;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** QEMU's {@code MigrationCapability}, in QEMU's order. All are off by default. */
public enum Capability {
    /** Resend a page as the difference to what was sent before. */
    XBZRLE,
    /** RDMA: pin all of guest RAM at once. */
    RDMA_PIN_ALL,
    /** Slow the guest down when it dirties pages faster than they can be sent. */
    AUTO_CONVERGE,
    /** Once about zero blocks of disks; has no effect. */
    ZERO_BLOCKS(Profile.QEMU_7_2, Profile.QEMU_10_2),
    /** Compress pages in threads of the main channel. */
    COMPRESS(Profile.QEMU_7_2, Profile.QEMU_8_2),
    /** Send MIGRATION and MIGRATION_PASS events. */
    EVENTS,
    /** Let the guest run on the destination before all its pages are there. */
    POSTCOPY_RAM,
    /** Replicate the guest to a standby continuously. */
    X_COLO,
    /** Free pages at the source as they are sent. */
    RELEASE_RAM,
    /** Migrate disks along in the main channel. */
    BLOCK(Profile.QEMU_7_2, Profile.QEMU_8_2),
    /** Let the destination talk back in precopy too. */
    RETURN_PATH,
    /** Stop at the switchover and wait for {@code migrate-continue}. */
    PAUSE_BEFORE_SWITCHOVER,
    /** Send pages over several channels. */
    MULTIFD,
    /** Migrate dirty bitmaps of disks. */
    DIRTY_BITMAPS,
    /** Measure how long vCPUs wait for pages in postcopy. */
    POSTCOPY_BLOCKTIME,
    /** Activate disks as late as possible; always done now. */
    LATE_BLOCK_ACTIVATE,
    /** Leave out RAM that both sides share. */
    X_IGNORE_SHARED(Profile.QEMU_7_2, Profile.QEMU_11_1, true),
    /** Check that both sides have the same UUID. */
    VALIDATE_UUID,
    /** Save a snapshot while the guest runs. */
    BACKGROUND_SNAPSHOT,
    /** multifd without copying pages into the kernel. */
    ZERO_COPY_SEND,
    /** Requested pages travel on a channel of their own. */
    POSTCOPY_PREEMPT,
    /** The destination's devices say when a switchover may happen. */
    SWITCHOVER_ACK(Profile.QEMU_8_2, Profile.QEMU_11_1),
    /** Limit each vCPU's dirty rate, by KVM's dirty ring. */
    DIRTY_LIMIT(Profile.QEMU_8_2, Profile.QEMU_11_1),
    /** Each page has its own place in a file. */
    MAPPED_RAM(Profile.QEMU_9_2, Profile.QEMU_11_1, true);

    private final String qmpName = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final Profile since;
    private final Profile until;
    private final boolean validatedByPeer;

    Capability() {
        this(Profile.QEMU_7_2, Profile.QEMU_11_1);
    }

    Capability(Profile since, Profile until) {
        this(since, until, false);
    }

    Capability(Profile since, Profile until, boolean validatedByPeer) {
        this.since = since;
        this.until = until;
        this.validatedByPeer = validatedByPeer;
    }

    /** The name on the monitor, for example {@code return-path}. */
    public String qmpName() {
        return qmpName;
    }

    /** Whether a profile has it. */
    public boolean knownTo(Profile profile) {
        return profile.compareTo(since) >= 0 && profile.compareTo(until) <= 0;
    }

    /** Whether a profile announces that it is going to lose it. */
    public boolean deprecatedIn(Profile profile) {
        if (this == ZERO_BLOCKS) {
            return profile.deprecatesZeroBlocks();
        }
        return until == Profile.QEMU_8_2 && profile.deprecatesBlockMigration();
    }

    /** Whether the configuration section carries it, for the destination to compare. */
    public boolean validatedByPeer() {
        return validatedByPeer;
    }

    /** All that a profile has, in order. */
    public static List<Capability> knownBy(Profile profile) {
        return Arrays.stream(values()).filter(c -> c.knownTo(profile)).toList();
    }

    /** The capability of a name, or empty. */
    public static Optional<Capability> fromQmpName(String name) {
        return Arrays.stream(values()).filter(c -> c.qmpName.equals(name)).findFirst();
    }
}
