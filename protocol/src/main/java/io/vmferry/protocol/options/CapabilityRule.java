package io.vmferry.protocol.options;

import static io.vmferry.protocol.options.Capability.AUTO_CONVERGE;
import static io.vmferry.protocol.options.Capability.BACKGROUND_SNAPSHOT;
import static io.vmferry.protocol.options.Capability.COMPRESS;
import static io.vmferry.protocol.options.Capability.DIRTY_BITMAPS;
import static io.vmferry.protocol.options.Capability.DIRTY_LIMIT;
import static io.vmferry.protocol.options.Capability.LATE_BLOCK_ACTIVATE;
import static io.vmferry.protocol.options.Capability.MAPPED_RAM;
import static io.vmferry.protocol.options.Capability.MULTIFD;
import static io.vmferry.protocol.options.Capability.PAUSE_BEFORE_SWITCHOVER;
import static io.vmferry.protocol.options.Capability.POSTCOPY_BLOCKTIME;
import static io.vmferry.protocol.options.Capability.POSTCOPY_PREEMPT;
import static io.vmferry.protocol.options.Capability.POSTCOPY_RAM;
import static io.vmferry.protocol.options.Capability.RDMA_PIN_ALL;
import static io.vmferry.protocol.options.Capability.RELEASE_RAM;
import static io.vmferry.protocol.options.Capability.RETURN_PATH;
import static io.vmferry.protocol.options.Capability.SWITCHOVER_ACK;
import static io.vmferry.protocol.options.Capability.VALIDATE_UUID;
import static io.vmferry.protocol.options.Capability.XBZRLE;
import static io.vmferry.protocol.options.Capability.X_COLO;
import static io.vmferry.protocol.options.Capability.X_IGNORE_SHARED;
import static io.vmferry.protocol.options.Capability.ZERO_COPY_SEND;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Versions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A conflict or requirement between two capabilities.
 *
 * @param together true when {@code other} must be on with {@code one}, false when it must be off
 * @param text QEMU's refusal
 */
record CapabilityRule(
        Versions versions, Capability one, boolean together, Capability other, String text) {

    static final String ZERO_COPY_TEXT =
            "Zero copy only available for non-compressed non-TLS multifd migration";

    /** The rules in the order in which QEMU checks them. */
    static final List<CapabilityRule> ALL =
            Stream.of(
                            List.of(
                                    needs(X_COLO, RETURN_PATH)
                                            .in(Versions.since(Profile.QEMU_11_1)),
                                    conflict(
                                            POSTCOPY_RAM,
                                            X_IGNORE_SHARED,
                                            "Postcopy is not compatible with ignore-shared"),
                                    conflict(
                                                    POSTCOPY_RAM,
                                                    MULTIFD,
                                                    "Postcopy is not yet compatible with multifd")
                                            .in(
                                                    Versions.between(
                                                            Profile.QEMU_8_2, Profile.QEMU_10_0))),
                            backgroundSnapshot(),
                            List.of(
                                    needs(ZERO_COPY_SEND, MULTIFD, ZERO_COPY_TEXT),
                                    conflict(ZERO_COPY_SEND, COMPRESS, ZERO_COPY_TEXT),
                                    conflict(ZERO_COPY_SEND, XBZRLE, ZERO_COPY_TEXT),
                                    needs(
                                            POSTCOPY_PREEMPT,
                                            POSTCOPY_RAM,
                                            "Postcopy preempt requires postcopy-ram"),
                                    conflict(
                                            POSTCOPY_PREEMPT,
                                            COMPRESS,
                                            "Postcopy preempt not compatible with compress"),
                                    conflict(
                                            MULTIFD,
                                            COMPRESS,
                                            "Multifd is not compatible with compress"),
                                    needs(SWITCHOVER_ACK, RETURN_PATH),
                                    conflict(
                                            DIRTY_LIMIT,
                                            AUTO_CONVERGE,
                                            "dirty-limit conflicts with auto-converge either of then"
                                                    + " available currently"),
                                    conflict(
                                                    MULTIFD,
                                                    XBZRLE,
                                                    "Multifd is not compatible with xbzrle")
                                            .in(Versions.since(Profile.QEMU_8_2)),
                                    conflict(
                                                    COMPRESS,
                                                    XBZRLE,
                                                    "Compression is not compatible with xbzrle")
                                            .in(
                                                    Versions.between(
                                                            Profile.QEMU_8_2, Profile.QEMU_8_2)),
                                    conflict(
                                            MAPPED_RAM,
                                            XBZRLE,
                                            "Mapped-ram migration is incompatible with xbzrle"),
                                    conflict(
                                            MAPPED_RAM,
                                            POSTCOPY_RAM,
                                            "Mapped-ram migration is incompatible with postcopy")))
                    .flatMap(List::stream)
                    .toList();

    boolean brokenBy(Set<Capability> on, Profile profile) {
        return versions.include(profile) && on.contains(one) && on.contains(other) != together;
    }

    private static CapabilityRule conflict(Capability one, Capability other, String text) {
        return new CapabilityRule(Versions.ALL, one, false, other, text);
    }

    private static CapabilityRule needs(Capability one, Capability other, String text) {
        return new CapabilityRule(Versions.ALL, one, true, other, text);
    }

    private static CapabilityRule needs(Capability one, Capability other) {
        return needs(
                one,
                other,
                "Capability '%s' requires capability '%s'".formatted(one.text(), other.text()));
    }

    private CapabilityRule in(Versions only) {
        return new CapabilityRule(only, one, together, other, text);
    }

    private static List<CapabilityRule> backgroundSnapshot() {
        return List.of(
                        POSTCOPY_RAM,
                        DIRTY_BITMAPS,
                        POSTCOPY_BLOCKTIME,
                        LATE_BLOCK_ACTIVATE,
                        RETURN_PATH,
                        MULTIFD,
                        PAUSE_BEFORE_SWITCHOVER,
                        AUTO_CONVERGE,
                        RELEASE_RAM,
                        RDMA_PIN_ALL,
                        COMPRESS,
                        XBZRLE,
                        X_COLO,
                        VALIDATE_UUID,
                        ZERO_COPY_SEND)
                .stream()
                .map(other ->
                        conflict(
                                BACKGROUND_SNAPSHOT,
                                other,
                                "Background-snapshot is not compatible with " + other.text()))
                .toList();
    }
}
