package io.vmferry.source.outgoing.state;

import java.util.Set;

/** The stages of an outgoing migration, and which ones can follow each. */
public enum Stage {
    /** Header, configuration and the setup sections are written. */
    SETUP,
    /** Failover primaries are unplugged. */
    UNPLUG,
    /** RAM is sent while the guest runs. */
    PRECOPY,
    /** The guest stops for a moment, of which a background snapshot is made. */
    SNAPSHOT_MOMENT,
    /** RAM is saved as it was at that moment, while the guest runs. */
    SNAPSHOT_RAM,
    /** The devices are written as they were at that moment, and the end of the stream. */
    SNAPSHOT_COMPLETION,
    /** The guest is stopped for completion. */
    SWITCHOVER,
    /** The rest of RAM, the devices and the end of the stream are written. */
    COMPLETION,
    /** Postcopy was decided, and the guest still runs. */
    POSTCOPY_PREPARE,
    /** The guest is stopped for postcopy. */
    POSTCOPY_SWITCHOVER,
    /** The devices are written in one package. */
    PACKAGE,
    /** The guest runs at the destination, and RAM follows. */
    POSTCOPY,
    /** A paused postcopy is recovered: bitmaps are exchanged. */
    RECOVERY;

    /** The stages that this one can lead to. A migration begins with setup or with recovery. */
    public Set<Stage> next() {
        return switch (this) {
            case SETUP -> Set.of(UNPLUG);
            case UNPLUG -> Set.of(PRECOPY, SNAPSHOT_MOMENT);
            case SNAPSHOT_MOMENT -> Set.of(SNAPSHOT_RAM);
            case SNAPSHOT_RAM -> Set.of(SNAPSHOT_COMPLETION);
            case PRECOPY -> Set.of(SWITCHOVER, POSTCOPY_PREPARE);
            case SWITCHOVER -> Set.of(COMPLETION);
            case POSTCOPY_PREPARE -> Set.of(POSTCOPY_SWITCHOVER);
            case POSTCOPY_SWITCHOVER -> Set.of(PACKAGE);
            case PACKAGE, RECOVERY -> Set.of(POSTCOPY);
            case COMPLETION, POSTCOPY, SNAPSHOT_COMPLETION -> Set.of();
        };
    }
}
