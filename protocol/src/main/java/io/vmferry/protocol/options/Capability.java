package io.vmferry.protocol.options;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.profile.Versions;
import java.util.Arrays;
import java.util.List;

/** QEMU's {@code MigrationCapability}, in QEMU's order. All are off by default. */
public enum Capability implements Named {
    /** Resend a page as the difference to what was sent before. */
    XBZRLE,
    /** RDMA: pin all of guest RAM at once. */
    RDMA_PIN_ALL,
    /** Slow the guest down when it dirties pages faster than they can be sent. */
    AUTO_CONVERGE,
    /** Once about zero blocks of disks; has no effect. */
    ZERO_BLOCKS(Versions.until(Profile.QEMU_10_2)),
    /** Compress pages in threads of the main channel. */
    COMPRESS(Versions.until(Profile.QEMU_8_2)),
    /** Send MIGRATION and MIGRATION_PASS events. */
    EVENTS,
    /** Let the guest run on the destination before all its pages are there. */
    POSTCOPY_RAM,
    /** Replicate the guest to a standby continuously. */
    X_COLO,
    /** Free pages at the source as they are sent. */
    RELEASE_RAM,
    /** Migrate disks along in the main channel. */
    BLOCK(Versions.until(Profile.QEMU_8_2)),
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
    X_IGNORE_SHARED(Versions.ALL, true),
    /** Check that both sides have the same UUID. */
    VALIDATE_UUID,
    /** Save a snapshot while the guest runs. */
    BACKGROUND_SNAPSHOT,
    /** multifd without copying pages into the kernel. */
    ZERO_COPY_SEND,
    /** Requested pages travel on a channel of their own. */
    POSTCOPY_PREEMPT,
    /** The destination's devices say when a switchover may happen. */
    SWITCHOVER_ACK(Versions.since(Profile.QEMU_8_2)),
    /** Limit each vCPU's dirty rate, by KVM's dirty ring. */
    DIRTY_LIMIT(Versions.since(Profile.QEMU_8_2)),
    /** Each page has its own place in a file. */
    MAPPED_RAM(Versions.since(Profile.QEMU_9_2), true);

    @SuppressWarnings("ImmutableEnumChecker") // a record of two enum constants
    private final Versions versions;

    private final boolean validatedByPeer;

    Capability() {
        this(Versions.ALL);
    }

    Capability(Versions versions) {
        this(versions, false);
    }

    Capability(Versions versions, boolean validatedByPeer) {
        this.versions = versions;
        this.validatedByPeer = validatedByPeer;
    }

    /** Whether a profile has it. */
    public boolean knownTo(Profile profile) {
        return versions.include(profile);
    }

    /** Whether a profile announces that it is going to lose it. */
    public boolean deprecatedIn(Profile profile) {
        if (this == ZERO_BLOCKS) {
            return profile.has(Trait.ZERO_BLOCKS_DEPRECATED);
        }
        return versions.last() == Profile.QEMU_8_2 && profile.has(Trait.BLOCK_MIGRATION_DEPRECATED);
    }

    /** Whether the configuration section carries it, for the destination to compare. */
    public boolean validatedByPeer() {
        return validatedByPeer;
    }

    /** All that a profile has, in order. */
    public static List<Capability> knownBy(Profile profile) {
        return Arrays.stream(values()).filter(c -> c.knownTo(profile)).toList();
    }
}
