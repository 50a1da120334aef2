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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One thing that a set of capabilities must respect.
 *
 * @param together true when {@code other} must be on with {@code one}, false when it must be off
 * @param text what QEMU says when it is broken
 */
record CapabilityRule(
        Profile since,
        Profile until,
        Capability one,
        boolean together,
        Capability other,
        String text) {

    static final String ZERO_COPY_TEXT =
            "Zero copy only available for non-compressed non-TLS multifd migration";

    /** The rules in the order in which QEMU checks them. */
    static final List<CapabilityRule> ALL = all();

    boolean brokenBy(Set<Capability> on, Profile profile) {
        return profile.compareTo(since) >= 0
                && profile.compareTo(until) <= 0
                && on.contains(one)
                && on.contains(other) != together;
    }

    private static CapabilityRule conflict(Capability one, Capability other, String text) {
        return new CapabilityRule(Profile.QEMU_7_2, Profile.QEMU_11_1, one, false, other, text);
    }

    private static CapabilityRule needs(Capability one, Capability other, String text) {
        return new CapabilityRule(Profile.QEMU_7_2, Profile.QEMU_11_1, one, true, other, text);
    }

    private CapabilityRule between(Profile first, Profile last) {
        return new CapabilityRule(first, last, one, together, other, text);
    }

    private static List<CapabilityRule> all() {
        List<CapabilityRule> rules = new ArrayList<>();
        rules.add(
                needs(X_COLO, RETURN_PATH, "Capability 'x-colo' requires capability 'return-path'")
                        .between(Profile.QEMU_11_1, Profile.QEMU_11_1));
        rules.add(
                conflict(
                        POSTCOPY_RAM,
                        X_IGNORE_SHARED,
                        "Postcopy is not compatible with ignore-shared"));
        rules.add(
                conflict(POSTCOPY_RAM, MULTIFD, "Postcopy is not yet compatible with multifd")
                        .between(Profile.QEMU_8_2, Profile.QEMU_10_0));
        rules.addAll(backgroundSnapshot());
        rules.add(needs(ZERO_COPY_SEND, MULTIFD, ZERO_COPY_TEXT));
        rules.add(conflict(ZERO_COPY_SEND, COMPRESS, ZERO_COPY_TEXT));
        rules.add(conflict(ZERO_COPY_SEND, XBZRLE, ZERO_COPY_TEXT));
        rules.add(needs(POSTCOPY_PREEMPT, POSTCOPY_RAM, "Postcopy preempt requires postcopy-ram"));
        rules.add(
                conflict(
                        POSTCOPY_PREEMPT,
                        COMPRESS,
                        "Postcopy preempt not compatible with compress"));
        rules.add(conflict(MULTIFD, COMPRESS, "Multifd is not compatible with compress"));
        rules.add(
                needs(
                        SWITCHOVER_ACK,
                        RETURN_PATH,
                        "Capability 'switchover-ack' requires capability 'return-path'"));
        rules.add(
                conflict(
                        DIRTY_LIMIT,
                        AUTO_CONVERGE,
                        "dirty-limit conflicts with auto-converge either of then available"
                                + " currently"));
        rules.add(
                conflict(MULTIFD, XBZRLE, "Multifd is not compatible with xbzrle")
                        .between(Profile.QEMU_8_2, Profile.QEMU_11_1));
        rules.add(
                conflict(COMPRESS, XBZRLE, "Compression is not compatible with xbzrle")
                        .between(Profile.QEMU_8_2, Profile.QEMU_8_2));
        rules.add(conflict(MAPPED_RAM, XBZRLE, "Mapped-ram migration is incompatible with xbzrle"));
        rules.add(
                conflict(
                        MAPPED_RAM,
                        POSTCOPY_RAM,
                        "Mapped-ram migration is incompatible with postcopy"));
        return List.copyOf(rules);
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
                                "Background-snapshot is not compatible with " + other.qmpName()))
                .toList();
    }
}
