package io.vmferry.lab.simulator;

import static io.vmferry.lab.simulator.Fault.Damage.CANCELLED;
import static io.vmferry.lab.simulator.Fault.Damage.CHANNEL_LOST;
import static io.vmferry.lab.simulator.Fault.Damage.DESTINATION_BUG;
import static io.vmferry.lab.simulator.Fault.Damage.DESTINATION_DIES;
import static io.vmferry.lab.simulator.Fault.Damage.DEVICE_REFUSES;
import static io.vmferry.lab.simulator.Fault.Damage.LEASE_UNUSABLE;
import static io.vmferry.lab.simulator.Fault.Damage.SOURCE_BUG;
import static io.vmferry.lab.simulator.Fault.Damage.SOURCE_DIES;
import static io.vmferry.lab.simulator.Milestone.ARRIVED;
import static io.vmferry.lab.simulator.Milestone.GRAY;
import static io.vmferry.lab.simulator.Milestone.HANDED_OVER;
import static io.vmferry.lab.simulator.Milestone.PACKAGE_SENT;
import static io.vmferry.lab.simulator.Milestone.PRECOPY;
import static io.vmferry.lab.simulator.Milestone.RAM_SENT;
import static io.vmferry.lab.simulator.Milestone.STREAM_SENT;
import static io.vmferry.lab.simulator.Outcome.LOST;
import static io.vmferry.lab.simulator.Outcome.MOVED;
import static io.vmferry.lab.simulator.Outcome.PAUSED;
import static io.vmferry.lab.simulator.Outcome.SAFE_AT_SOURCE;
import static io.vmferry.lab.simulator.Outcome.STRANDED;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The table of outcomes that a migration may have, by its milestone and the damage: the rule of who
 * owns the guest.
 */
final class AllowedOutcomes {

    /** What a source learns from its destination, and what it sends after the package. */
    enum Way {
        /** PONG 0x42 says that the package was loaded: postcopy-device exists, since 10.2. */
        TOLD,

        /** The package is taken for loaded as soon as it is written: before 10.2. */
        ASSUMED,

        /** As {@link #TOLD}, and nothing but bitmaps of disks follows. */
        TOLD_BITMAPS,

        /** As {@link #ASSUMED}, and nothing but bitmaps of disks follows. */
        ASSUMED_BITMAPS,

        /** There is no return path: the source learns nothing. */
        SILENT
    }

    private record OutcomeRow(
            Set<Way> ways, Milestone milestone, Fault.Damage damage, EnumSet<Outcome> allowed) {}

    private static final Set<Way> ALL = EnumSet.allOf(Way.class);
    private static final Set<Way> PATH = EnumSet.complementOf(EnumSet.of(Way.SILENT));
    private static final Set<Way> TOLD = EnumSet.of(Way.TOLD, Way.TOLD_BITMAPS);
    private static final Set<Way> ASSUMED = EnumSet.of(Way.ASSUMED, Way.ASSUMED_BITMAPS);
    private static final Set<Way> BITMAPS = EnumSet.of(Way.TOLD_BITMAPS, Way.ASSUMED_BITMAPS);
    private static final Set<Way> SILENT = EnumSet.of(Way.SILENT);

    private static final List<OutcomeRow> ROWS =
            List.of(
                    // the source owns the guest, which continues there after any damage
                    row(ALL, PRECOPY, CHANNEL_LOST, SAFE_AT_SOURCE),
                    row(ALL, PRECOPY, DESTINATION_DIES, SAFE_AT_SOURCE),
                    row(ALL, PRECOPY, DEVICE_REFUSES, SAFE_AT_SOURCE),
                    row(ALL, PRECOPY, CANCELLED, SAFE_AT_SOURCE),
                    row(ALL, PRECOPY, SOURCE_DIES, LOST),
                    // all was sent: the destination completes, or the lease is the source's again
                    row(PATH, STREAM_SENT, CHANNEL_LOST, SAFE_AT_SOURCE, MOVED),
                    row(PATH, STREAM_SENT, DESTINATION_DIES, SAFE_AT_SOURCE),
                    row(PATH, STREAM_SENT, DEVICE_REFUSES, SAFE_AT_SOURCE),
                    row(ALL, STREAM_SENT, CANCELLED, SAFE_AT_SOURCE, MOVED),
                    row(ALL, STREAM_SENT, SOURCE_DIES, LOST, MOVED),
                    // without a return path the source completes when all was sent, and may be
                    // wrong
                    row(SILENT, STREAM_SENT, CHANNEL_LOST, SAFE_AT_SOURCE, MOVED, LOST),
                    row(SILENT, STREAM_SENT, DESTINATION_DIES, SAFE_AT_SOURCE, LOST),
                    row(SILENT, STREAM_SENT, DEVICE_REFUSES, SAFE_AT_SOURCE, LOST),
                    // nobody owns the guest: the lease decides
                    row(TOLD, PACKAGE_SENT, CHANNEL_LOST, SAFE_AT_SOURCE, PAUSED),
                    row(TOLD, PACKAGE_SENT, DESTINATION_DIES, SAFE_AT_SOURCE),
                    row(TOLD, PACKAGE_SENT, DEVICE_REFUSES, SAFE_AT_SOURCE),
                    row(TOLD, PACKAGE_SENT, SOURCE_DIES, LOST),
                    // before 10.2 the guest is given up with the package
                    row(ASSUMED, PACKAGE_SENT, CHANNEL_LOST, PAUSED, STRANDED, MOVED),
                    row(ASSUMED, PACKAGE_SENT, DESTINATION_DIES, STRANDED),
                    row(ASSUMED, PACKAGE_SENT, DEVICE_REFUSES, STRANDED),
                    row(ASSUMED, PACKAGE_SENT, SOURCE_DIES, LOST, MOVED),
                    // only bitmaps follow, and the source completes when they are sent
                    row(SILENT, PACKAGE_SENT, CHANNEL_LOST, STRANDED, MOVED, LOST),
                    row(SILENT, PACKAGE_SENT, DESTINATION_DIES, STRANDED, LOST),
                    row(SILENT, PACKAGE_SENT, DEVICE_REFUSES, STRANDED, LOST),
                    row(SILENT, PACKAGE_SENT, SOURCE_DIES, LOST, MOVED),
                    // the destination owns the guest, whether or not the source knows
                    row(TOLD, GRAY, CHANNEL_LOST, PAUSED),
                    row(TOLD, GRAY, DESTINATION_DIES, LOST),
                    row(TOLD, GRAY, SOURCE_DIES, LOST),
                    row(PATH, HANDED_OVER, CHANNEL_LOST, PAUSED),
                    row(PATH, HANDED_OVER, SOURCE_DIES, LOST),
                    row(ALL, HANDED_OVER, DESTINATION_DIES, LOST),
                    row(PATH, RAM_SENT, CHANNEL_LOST, PAUSED, MOVED),
                    row(PATH, RAM_SENT, SOURCE_DIES, LOST, MOVED),
                    row(ALL, RAM_SENT, DESTINATION_DIES, LOST),
                    // without RAM to follow the guest is complete as soon as it runs
                    row(BITMAPS, PACKAGE_SENT, CHANNEL_LOST, MOVED),
                    row(BITMAPS, PACKAGE_SENT, SOURCE_DIES, MOVED),
                    row(BITMAPS, GRAY, CHANNEL_LOST, MOVED),
                    row(BITMAPS, GRAY, SOURCE_DIES, MOVED),
                    row(BITMAPS, HANDED_OVER, CHANNEL_LOST, MOVED),
                    row(BITMAPS, HANDED_OVER, SOURCE_DIES, MOVED),
                    row(SILENT, HANDED_OVER, CHANNEL_LOST, MOVED),
                    row(SILENT, HANDED_OVER, SOURCE_DIES, MOVED),
                    row(SILENT, RAM_SENT, CHANNEL_LOST, MOVED),
                    row(SILENT, RAM_SENT, SOURCE_DIES, MOVED),
                    // who cannot take the lease leaves the guest to the other side, or keeps it
                    // paused
                    row(ALL, PRECOPY, LEASE_UNUSABLE, SAFE_AT_SOURCE, MOVED),
                    row(ALL, STREAM_SENT, LEASE_UNUSABLE, SAFE_AT_SOURCE, MOVED),
                    row(ALL, PACKAGE_SENT, LEASE_UNUSABLE, SAFE_AT_SOURCE, MOVED),
                    row(ALL, GRAY, LEASE_UNUSABLE, MOVED),
                    row(ALL, HANDED_OVER, LEASE_UNUSABLE, MOVED),
                    row(ALL, RAM_SENT, LEASE_UNUSABLE, MOVED),
                    row(ALL, ARRIVED, LEASE_UNUSABLE, MOVED),
                    row(ALL, Milestone.OVER, LEASE_UNUSABLE, MOVED),
                    // a bug of the source's own does at most what losing its channels does
                    row(ALL, PRECOPY, SOURCE_BUG, SAFE_AT_SOURCE, MOVED),
                    row(ALL, STREAM_SENT, SOURCE_BUG, SAFE_AT_SOURCE, MOVED),
                    row(TOLD, PACKAGE_SENT, SOURCE_BUG, SAFE_AT_SOURCE, PAUSED, MOVED),
                    row(ASSUMED, PACKAGE_SENT, SOURCE_BUG, STRANDED, PAUSED, MOVED),
                    row(SILENT, PACKAGE_SENT, SOURCE_BUG, STRANDED, MOVED),
                    row(ALL, GRAY, SOURCE_BUG, PAUSED, MOVED),
                    row(ALL, HANDED_OVER, SOURCE_BUG, PAUSED, MOVED),
                    row(ALL, RAM_SENT, SOURCE_BUG, PAUSED, MOVED),
                    row(ALL, ARRIVED, SOURCE_BUG, MOVED),
                    row(ALL, Milestone.OVER, SOURCE_BUG, MOVED),
                    // a bug of the destination's may do what a device does that rejects its state
                    row(ALL, PRECOPY, DESTINATION_BUG, SAFE_AT_SOURCE, MOVED),
                    row(PATH, STREAM_SENT, DESTINATION_BUG, SAFE_AT_SOURCE, MOVED),
                    row(SILENT, STREAM_SENT, DESTINATION_BUG, SAFE_AT_SOURCE, MOVED, LOST),
                    row(TOLD, PACKAGE_SENT, DESTINATION_BUG, SAFE_AT_SOURCE, PAUSED, MOVED),
                    row(ASSUMED, PACKAGE_SENT, DESTINATION_BUG, STRANDED, PAUSED, MOVED),
                    row(SILENT, PACKAGE_SENT, DESTINATION_BUG, STRANDED, MOVED, LOST),
                    row(ALL, GRAY, DESTINATION_BUG, PAUSED, MOVED),
                    row(ALL, HANDED_OVER, DESTINATION_BUG, PAUSED, MOVED),
                    row(ALL, RAM_SENT, DESTINATION_BUG, PAUSED, MOVED),
                    row(ALL, ARRIVED, DESTINATION_BUG, MOVED),
                    row(ALL, Milestone.OVER, DESTINATION_BUG, MOVED),
                    // everything is done but the last messages
                    row(ALL, ARRIVED, CHANNEL_LOST, MOVED),
                    row(ALL, ARRIVED, SOURCE_DIES, MOVED),
                    row(ALL, ARRIVED, CANCELLED, MOVED),
                    row(ALL, ARRIVED, DESTINATION_DIES, LOST),
                    row(ALL, Milestone.OVER, CHANNEL_LOST, MOVED),
                    row(ALL, Milestone.OVER, SOURCE_DIES, MOVED),
                    row(ALL, Milestone.OVER, DESTINATION_DIES, LOST));

    private AllowedOutcomes() {}

    private static OutcomeRow row(
            Set<Way> ways,
            Milestone milestone,
            Fault.Damage damage,
            Outcome first,
            Outcome... more) {
        return new OutcomeRow(ways, milestone, damage, EnumSet.of(first, more));
    }

    /**
     * The outcomes that are allowed for a fault that was injected at one milestone and noticed at
     * the same or a later one: the union over the milestones in between.
     */
    static Set<Outcome> of(Way way, Fault.Damage damage, Milestone struck, Milestone noticed) {
        Set<Outcome> allowed = EnumSet.noneOf(Outcome.class);
        for (OutcomeRow row : ROWS) {
            if (row.damage == damage
                    && row.ways.contains(way)
                    && row.milestone.compareTo(struck) >= 0
                    && row.milestone.compareTo(noticed) <= 0
                    && row.milestone.leadsTo(noticed)) {
                allowed.addAll(row.allowed);
            }
        }
        return allowed;
    }
}
