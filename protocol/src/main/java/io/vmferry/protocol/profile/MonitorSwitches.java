package io.vmferry.protocol.profile;

/**
 * What one version does differently on its monitor; every switch is a method of {@link Profile}.
 */
sealed interface MonitorSwitches permits Profile {

    private boolean since(Profile other) {
        return ((Profile) this).compareTo(other) >= 0;
    }

    // Monitor: members that come and go ------------------------------------------------------

    /** {@code query-status} has the member {@code singlestep} (until 8.2). */
    default boolean reportsSinglestep() {
        return !since(Profile.QEMU_9_2);
    }

    /** The member {@code singlestep} is announced to go (8.1). */
    default boolean deprecatesSinglestep() {
        return since(Profile.QEMU_8_2);
    }

    /** {@code migrate} and {@code migrate-incoming} know the argument {@code channels} (8.2). */
    default boolean knowsMigrateChannels() {
        return since(Profile.QEMU_8_2);
    }

    /** {@code migrate-incoming} knows the argument {@code exit-on-error} (9.1). */
    default boolean knowsExitOnError() {
        return since(Profile.QEMU_9_2);
    }

    /** {@code migrate} takes and ignores the argument {@code detach} (until 11.0). */
    default boolean knowsMigrateDetach() {
        return !since(Profile.QEMU_11_1);
    }

    /** The argument {@code detach} is announced to go (10.1). */
    default boolean deprecatesDetach() {
        return since(Profile.QEMU_10_2);
    }

    /** Block migration, its figures and the compression of the main channel are to go (8.2). */
    default boolean deprecatesBlockMigration() {
        return since(Profile.QEMU_8_2);
    }

    /** Capability {@code zero-blocks} is to go (9.2). */
    default boolean deprecatesZeroBlocks() {
        return since(Profile.QEMU_9_2);
    }

    /** {@code query-migrate} counts skipped pages, always none (until 9.0). */
    default boolean reportsSkippedPages() {
        return !since(Profile.QEMU_9_2);
    }

    /** {@code query-migrate} has what capability dirty-limit does to the guest (8.1). */
    default boolean reportsDirtyLimit() {
        return since(Profile.QEMU_8_2);
    }

    /** {@code query-migrate} has the latency of page faults in postcopy (10.1). */
    default boolean reportsPostcopyLatency() {
        return since(Profile.QEMU_10_2);
    }

    /** {@code query-migrate} sums up what remains of RAM and devices (11.1). */
    default boolean reportsRemaining() {
        return since(Profile.QEMU_11_1);
    }

    /** A TCP address can say how its connection is kept alive (10.1). */
    default boolean tunesKeepAlive() {
        return since(Profile.QEMU_10_2);
    }

    /** An unknown option of a TCP address is refused (10.1); before, it is nobody's. */
    default boolean checksTcpOptions() {
        return since(Profile.QEMU_10_2);
    }

    /** {@code query-migrate-parameters} declares TLS texts as it takes them: may be null (11.0). */
    default boolean mayReturnNullForTls() {
        return since(Profile.QEMU_11_1);
    }

    // Monitor: how things are said -----------------------------------------------------------

    /** A parameter out of range is called "Option x" instead of "Parameter 'x'" (11.0). */
    default boolean callsParametersOptions() {
        return since(Profile.QEMU_11_1);
    }

    /** The refusal of a vcpu-dirty-limit of 0 is two sentences run into one (8.1 to 9.0). */
    default boolean garblesDirtyLimitRefusal() {
        return !since(Profile.QEMU_9_2);
    }

    /** Neither or both of {@code uri} and {@code channels} have a refusal each (8.2, 9.0). */
    default boolean explainsChannelsAtLength() {
        return !since(Profile.QEMU_9_2);
    }

    /** {@code x-colo-lost-heartbeat} without COLO is about the guest, not about a feature (8.0). */
    default boolean speaksOfColoMode() {
        return since(Profile.QEMU_8_2);
    }

    /** JSON that cannot be read is refused with its line and column (11.1). */
    default boolean tellsWhereJsonIsWrong() {
        return since(Profile.QEMU_11_1);
    }

    /** HMP's {@code info migrate} has groups instead of a line for each figure (10.1). */
    default boolean groupsMigrateInfo() {
        return since(Profile.QEMU_10_2);
    }

    /** HMP's {@code info migrate} tells why a postcopy is paused (11.0). */
    default boolean explainsPausedPostcopy() {
        return since(Profile.QEMU_11_1);
    }

    /** HMP's {@code migrate_incoming} looks at its URI before all else (9.1). */
    default boolean readsHumanIncomingUriFirst() {
        return since(Profile.QEMU_9_2);
    }

    /** HMP's {@code migrate} without -d says that it does not wait (until 10.2). */
    default boolean tellsThatMigrateDetaches() {
        return !since(Profile.QEMU_11_1);
    }

    /** HMP's {@code migrate_set_parameter} takes the rest of its line as the value (11.0). */
    default boolean takesRestAsParameter() {
        return since(Profile.QEMU_11_1);
    }

    /** HMP calls a negative size out of range (8.1); before, it is no size. */
    default boolean tellsNegativeSizesApart() {
        return since(Profile.QEMU_8_2);
    }

    /** HMP's {@code info migrate_parameters} has each parameter beside its like (11.0). */
    default boolean groupsParametersByKind() {
        return since(Profile.QEMU_11_1);
    }

    /** HMP's {@code xp} shows addresses of 16 digits instead of at least 8 (until 10.2). */
    default boolean padsPhysicalAddresses() {
        return !since(Profile.QEMU_11_1);
    }

    // Monitor: what commands do --------------------------------------------------------------

    /** The URI {@code file:PATH} exists (8.2). */
    default boolean knowsFileMigration() {
        return since(Profile.QEMU_8_2);
    }

    /** {@code migrate} looks at its URI when it has begun: a bad one fails a migration (to 8.1). */
    default boolean readsMigrateUriLast() {
        return !since(Profile.QEMU_8_2);
    }

    /** A migration cancelled in pre-switchover tells that as its error (10.0). */
    default boolean tellsInterruptedSwitchover() {
        return since(Profile.QEMU_10_0);
    }

    /** {@code migrate-pause} also interrupts a recovery (8.2). */
    default boolean pausesRecovery() {
        return since(Profile.QEMU_8_2);
    }

    /**
     * A destination that listens has status setup (8.2). Before, it only sends the event, whether
     * or not capability events is on, and has no status until a source connects.
     */
    default boolean hasIncomingSetup() {
        return since(Profile.QEMU_8_2);
    }

    /** {@code migrate-incoming} after one that could not listen is refused (9.1). */
    default boolean listensOnce() {
        return since(Profile.QEMU_9_2);
    }

    // Figures -------------------------------------------------------------------------------

    /**
     * {@code transferred} counts all bytes of the channels (8.2); before, only what was spent on
     * RAM after the setup.
     */
    default boolean countsWholeChannels() {
        return since(Profile.QEMU_8_2);
    }

    /** The downtime is shown as soon as postcopy has begun (8.2); before, once completed. */
    default boolean showsDowntimeInPostcopy() {
        return since(Profile.QEMU_8_2);
    }

    /** {@code error-desc} is told in every status (8.0); before, only in failed. */
    default boolean tellsErrorInEveryStatus() {
        return since(Profile.QEMU_8_2);
    }

    /**
     * Each dirty sync before a possible switchover foresees the downtime (11.1); before, only the
     * end of a bandwidth window does, and only of a guest that is known to dirty memory.
     */
    default boolean foreseesDowntimeAtSync() {
        return since(Profile.QEMU_11_1);
    }

    /**
     * Passes are what the source begins while the guest runs on: the sync in setup is not
     * announced, the one after the stop neither announced nor counted (11.1). Before, each sync is.
     */
    default boolean countsOnlyPasses() {
        return since(Profile.QEMU_11_1);
    }

    /**
     * The dirty bitmap is synchronised once more whenever the switchover seems possible (11.1);
     * before, not when nothing is pending and nothing may be.
     */
    default boolean syncsBeforeEverySwitchover() {
        return since(Profile.QEMU_11_1);
    }

    /**
     * The dirty bitmap is synchronised in each iteration in which nothing is pending but what may
     * follow in postcopy (11.1).
     */
    default boolean syncsWhenOnlyPostcopyIsPending() {
        return since(Profile.QEMU_11_1);
    }

    /** Dirty rates are measured over milliseconds and stamped with the date (8.2). */
    default boolean measuresDirtyRateInMillis() {
        return since(Profile.QEMU_8_2);
    }

    /** {@code query-migrationthreads} exists (8.0 to 11.0). */
    default boolean listsMigrationThreads() {
        return since(Profile.QEMU_8_2) && !since(Profile.QEMU_11_1);
    }

    /** {@code query-migrationthreads} is to go (9.2). */
    default boolean deprecatesMigrationThreads() {
        return since(Profile.QEMU_9_2);
    }

    /** A migration's threads are called {@code mig/src/main} and the like (9.1). */
    default boolean namesMigrationThreadsBySide() {
        return since(Profile.QEMU_9_2);
    }
}
