package io.vmferry.protocol.profile;

import static io.vmferry.protocol.profile.Profile.QEMU_10_0;
import static io.vmferry.protocol.profile.Profile.QEMU_10_2;
import static io.vmferry.protocol.profile.Profile.QEMU_11_1;
import static io.vmferry.protocol.profile.Profile.QEMU_7_2;
import static io.vmferry.protocol.profile.Profile.QEMU_8_2;
import static io.vmferry.protocol.profile.Profile.QEMU_9_2;
import static io.vmferry.protocol.profile.Versions.between;
import static io.vmferry.protocol.profile.Versions.since;
import static io.vmferry.protocol.profile.Versions.until;

/**
 * A behaviour in which QEMU versions differ, with the profiles that have it. The version in
 * parentheses is QEMU's own, which may lie between two profiles. {@code PROFILES.md} is printed
 * from this table.
 */
public enum Trait {
    // Statuses
    RECOVER_SETUP(
            since(QEMU_9_2),
            "The source enters `postcopy-recover-setup` between `postcopy-paused` and"
                    + " `postcopy-recover` (9.1)."),
    DEVICE_ALWAYS_ENTERED(
            since(QEMU_10_0),
            "Every migration enters `device` (10.0); before, only one with `pause-before-switchover`."),
    POSTCOPY_DEVICE(
            since(QEMU_10_2),
            "`postcopy-device` comes between `device` and `postcopy-active` (10.2)."),
    FAILING(since(QEMU_11_1), "The source cleans up in `failing` before it is `failed` (11.0)."),
    RETURN_PATH_ERROR_LATE(
            since(QEMU_8_2),
            "A source reports a malformed return path when it waits for the last answer (8.1);"
                    + " before, the error closed the socket under the writer at once."),
    MULTIFD_LEVELS_KEPT(
            since(QEMU_9_2),
            "The compression levels of multifd can be set (9.0); before, they are accepted and"
                    + " forgotten."),
    SWITCHOVER_ERROR(
            since(QEMU_8_2),
            "`query-migrate` says why a paused switchover, or the wait for the last answer, failed;"
                    + " 7.2 does not."),
    POSTCOPY_CANCEL(
            until(QEMU_9_2), "The source can cancel a postcopy, and loses its guest (until 9.2)."),
    CANCEL_BESIDE_CONNECT(
            between(QEMU_10_0, QEMU_10_2),
            "A cancel while the source connects ends the migration at once although the connect"
                    + " goes on; a new migration hangs in `setup` meanwhile (10.0 to 10.2)."),
    RECOVERY_KEEPS_ERROR(
            between(QEMU_9_2, QEMU_10_2),
            "The reason of a pause is reported until the recovery is connected (9.1 to 10.2)."),
    FAILED_FROM_INCOMING_SETUP(
            since(QEMU_11_1),
            "A destination that no source has reached fails without having been `active` (11.1)."),
    CPR_EXEC(
            since(QEMU_10_2),
            "The migration mode `cpr-exec` exists, whose exec may fail after completion (10.2)."),
    CPR_TRANSFER(since(QEMU_10_0), "The migration mode `cpr-transfer` exists (10.0)."),

    // Main stream
    SWITCHOVER_START(
            since(QEMU_10_0),
            "The source sends SWITCHOVER_START, and the destination knows the command (10.0)."),
    SWITCHOVER_ACK(
            since(QEMU_8_2),
            "Capability `switchover-ack` and its message exist (8.1): the destination acknowledges"
                    + " at once when no device asks for it, otherwise when the last one has approved."),
    SWITCHOVER_ACK_COUNTED(
            since(QEMU_11_1),
            "Both sides count the devices that want a `switchover-ack`; with none there is no"
                    + " message (11.1)."),
    ENABLE_COLO(until(QEMU_10_2), "ENABLE_COLO is a known command (until 11.0)."),
    ENABLE_COLO_NEEDS_CAPABILITY(
            since(QEMU_8_2),
            "ENABLE_COLO is only obeyed with capability `x-colo` (8.1); before, it always is."),
    PACKAGE_LOADED_PING(
            since(QEMU_10_2),
            "PING 0x42 precedes POSTCOPY_RUN in the package, and its PONG ends `postcopy-device`"
                    + " (10.2)."),
    POSTCOPY_SECTIONS_PREPARED(
            since(QEMU_10_2),
            "A PART without pages precedes the switch to postcopy, to quiesce multifd (10.1)."),
    CONFIGURATION_DESCRIBED(
            since(QEMU_9_2), "The vmdescription has a `configuration` object (9.0)."),
    BLOCK_SECTION(
            until(QEMU_8_2),
            "A `block` section takes a section id between `ram` and the devices (until 9.0)."),

    // RAM
    ZERO_FILL_CHECKED(
            since(QEMU_9_2), "A ZERO record with a fill byte other than 0 is refused (9.0)."),
    HOOK_IGNORED(since(QEMU_8_2), "A HOOK record without RDMA is skipped; 7.2 refuses the stream."),
    MULTIFD_FLUSH(since(QEMU_8_2), "MULTIFD_FLUSH is a known record (8.1)."),
    MULTIFD_ZERO_PAGES(
            since(QEMU_9_2),
            "Packets of multifd list zero pages, and synchronisations tell of no room (9.0)."),
    COMPRESS_PAGE(
            until(QEMU_8_2),
            "COMPRESS_PAGE is a known record, and capability `compress` exists (until 9.0)."),

    // Devices
    GLOBALSTATE_SUSPENDED(
            since(QEMU_9_2), "Section `globalstate` says whether the guest was suspended (9.0)."),

    // Extra channels
    CHANNELS_FROZEN_BY_LISTENING(
            since(QEMU_8_2),
            "`multifd` and `postcopy-preempt` cannot be switched on once a destination listens"
                    + " (8.0)."),
    PREEMPT_CHANNEL_AT_START(
            until(QEMU_7_2),
            "The preempt channel is connected at the start of the migration (7.2); later, at the"
                    + " switch to postcopy."),

    // Monitor: members
    SINGLESTEP(until(QEMU_8_2), "`query-status` has the member `singlestep` (until 8.2)."),
    SINGLESTEP_DEPRECATED(since(QEMU_8_2), "The member `singlestep` is deprecated (8.1)."),
    MIGRATE_CHANNELS(
            since(QEMU_8_2),
            "`migrate` and `migrate-incoming` have the argument `channels` (8.2)."),
    EXIT_ON_ERROR(since(QEMU_9_2), "`migrate-incoming` has the argument `exit-on-error` (9.1)."),
    MIGRATE_DETACH(
            until(QEMU_10_2), "`migrate` accepts and ignores the argument `detach` (until 11.0)."),
    MIGRATE_DETACH_DEPRECATED(since(QEMU_10_2), "The argument `detach` is deprecated (10.1)."),
    BLOCK_MIGRATION_DEPRECATED(
            since(QEMU_8_2),
            "Block migration, its figures and the compression of the main channel are deprecated"
                    + " (8.2)."),
    ZERO_BLOCKS_DEPRECATED(since(QEMU_9_2), "Capability `zero-blocks` is deprecated (9.2)."),
    SKIPPED_PAGES(
            until(QEMU_8_2), "`query-migrate` has the member `skipped`, always 0 (until 9.0)."),
    DIRTY_LIMIT_FIGURES(
            since(QEMU_8_2),
            "`query-migrate` has the throttling that capability `dirty-limit` does (8.1)."),
    POSTCOPY_LATENCY(
            since(QEMU_10_2), "`query-migrate` has the latency of page faults in postcopy (10.1)."),
    REMAINING_BYTES(
            since(QEMU_11_1),
            "`query-migrate` has the sum of what remains of RAM and devices (11.1)."),
    KEEP_ALIVE_OPTIONS(since(QEMU_10_2), "A TCP address has the options of TCP keep-alive (10.1)."),
    TCP_OPTIONS_CHECKED(
            since(QEMU_10_2),
            "An unknown option of a TCP address is refused (10.1); before, it is ignored."),
    TLS_MAY_BE_NULL(
            since(QEMU_11_1),
            "The result of `query-migrate-parameters` declares that TLS texts may be null (11.0)."),

    // Monitor: texts
    PARAMETER_CALLED_OPTION(
            since(QEMU_11_1),
            "A parameter out of range is called \"Option x\" instead of \"Parameter 'x'\" (11.0)."),
    DIRTY_LIMIT_REFUSAL_GARBLED(
            until(QEMU_8_2),
            "The refusal of a `vcpu-dirty-limit` of 0 is two sentences run into one (8.1 to 9.0)."),
    CHANNELS_REFUSALS(
            until(QEMU_8_2),
            "Neither and both of `uri` and `channels` have a refusal each (8.2, 9.0)."),
    COLO_MODE_REFUSAL(
            since(QEMU_8_2),
            "`x-colo-lost-heartbeat` without COLO is refused because of the guest's mode (8.0);"
                    + " before, because the feature is missing."),
    JSON_ERROR_PLACE(
            since(QEMU_11_1), "Malformed JSON is refused with its line and column (11.1)."),
    INFO_MIGRATE_GROUPED(
            since(QEMU_10_2),
            "HMP's `info migrate` groups its figures (10.1); before, one a line."),
    PAUSED_POSTCOPY_EXPLAINED(
            since(QEMU_11_1), "HMP's `info migrate` says why a postcopy is paused (11.0)."),
    HMP_INCOMING_URI_FIRST(
            since(QEMU_9_2), "HMP's `migrate_incoming` checks its URI before all else (9.1)."),
    HMP_MIGRATE_DETACH_NOTE(
            until(QEMU_10_2),
            "HMP's `migrate` without -d says that it does not wait (until 10.2)."),
    HMP_PARAMETER_TAKES_REST(
            since(QEMU_11_1),
            "HMP's `migrate_set_parameter` takes the rest of its line as the value (11.0)."),
    HMP_NEGATIVE_SIZE(
            since(QEMU_8_2),
            "HMP refuses a negative size as out of range (8.1); before, as no size."),
    INFO_PARAMETERS_GROUPED(
            since(QEMU_11_1), "HMP's `info migrate_parameters` groups related parameters (11.0)."),
    XP_PADS_ADDRESSES(
            until(QEMU_10_2),
            "HMP's `xp` prints addresses of 16 digits (until 10.2); later, of at least 8."),

    // Monitor: commands
    FILE_MIGRATION(since(QEMU_8_2), "The URI `file:PATH` exists (8.2)."),
    DESCRIPTOR_OF_FILE(
            until(QEMU_10_2),
            "The descriptor of `fd:NAME` may be one of a file (until 10.2); later only `file:` takes"
                    + " one, by its set."),
    PROTOCOL_REFUSALS_SHORT(
            since(QEMU_10_2),
            "A transport that QEMU was built without is refused without its name (after 10.0)."),
    PROTOCOL_REFUSAL_UNTOLD(
            between(QEMU_9_2, QEMU_10_0),
            "`query-migrate` does not say why a migration failed whose transport QEMU was built"
                    + " without (9.1 to 10.0)."),
    SINGLE_CONNECTION_REFUSED(
            since(QEMU_8_2),
            "What needs several connections is refused where there can be one only, `fd:` or"
                    + " `exec:` (8.0); before, the migration begins and fails without a reason."),
    MIGRATE_URI_LAST(
            until(QEMU_7_2),
            "`migrate` parses its URI after it has begun: a malformed one fails a migration (until"
                    + " 8.1)."),
    INTERRUPTED_SWITCHOVER_ERROR(
            since(QEMU_10_0),
            "A migration cancelled in `pre-switchover` reports that as its error (10.0)."),
    PAUSE_OF_RECOVERY(since(QEMU_8_2), "`migrate-pause` also interrupts a recovery (8.2)."),
    INCOMING_SETUP(
            since(QEMU_8_2),
            "A listening destination has status `setup` (8.2); before, it sends the event, even"
                    + " with capability `events` off, but has no status until a source connects."),
    LISTENS_ONCE(
            since(QEMU_9_2),
            "`migrate-incoming` after one that could not listen is refused (9.1)."),
    DESCRIPTOR_SETS_KEPT(
            since(QEMU_9_2),
            "The descriptors of `add-fd` stay until `remove-fd`, which closes them at once (9.1);"
                    + " before, the last client that leaves takes them along, and nothing is closed"
                    + " while the guest does not run."),

    // Figures
    WHOLE_CHANNELS_COUNTED(
            since(QEMU_8_2),
            "`transferred` counts all bytes of the channels (8.2); before, only those of RAM after"
                    + " the setup."),
    MULTIFD_COUNTED_AS_SENT(
            since(QEMU_8_2),
            "`multifd-bytes` counts what is sent on the channels (8.1); before, pages as they were"
                    + " before their compression, and no initial packets."),
    DOWNTIME_IN_POSTCOPY(
            since(QEMU_8_2),
            "The downtime is reported as soon as postcopy has begun (8.2); before, once completed."),
    ERROR_IN_EVERY_STATUS(
            since(QEMU_8_2),
            "`error-desc` is reported in every status (8.0); before, only in `failed`."),
    DOWNTIME_EXPECTED_AT_SYNC(
            since(QEMU_11_1),
            "Each dirty sync before a possible switchover updates the expected downtime (11.1);"
                    + " before, only the end of a bandwidth window does, and only when the guest is"
                    + " known to dirty memory."),
    ONLY_PASSES_COUNTED(
            since(QEMU_11_1),
            "A pass begins only while the guest runs at the source: the sync in `setup` is counted"
                    + " but not announced, the one after the stop neither (11.1); before, each sync is both."),
    SYNC_BEFORE_EVERY_SWITCHOVER(
            since(QEMU_11_1),
            "The dirty bitmap is synchronised again whenever a switchover seems possible (11.1);"
                    + " before, not when both what is pending and the threshold are 0."),
    SYNC_WHEN_ONLY_POSTCOPY_PENDING(
            since(QEMU_11_1),
            "The dirty bitmap is synchronised in each iteration in which only what may follow in"
                    + " postcopy is pending (11.1)."),
    DIRTY_RATE_MILLIS(
            since(QEMU_8_2),
            "Dirty rates are measured over milliseconds and stamped with the date (8.2)."),
    CREDENTIALS_OF_CHAINS(
            since(QEMU_10_2),
            "The certificates of `tls-creds-x509` may be several and chains of issuers; what is wrong with"
                    + " them has words of its own (10.2)."),
    OBJECTS_NAME_LOADED(
            until(QEMU_8_2),
            "`object-add` declares the property `loaded` of secrets and TLS credentials, which cannot be"
                    + " set (until 9.1)."),
    MULTIFD_TLS_BYE(
            since(QEMU_10_0),
            "A multifd channel with TLS has to end with a close notification (10.0)."),
    MIGRATION_THREADS(
            between(QEMU_8_2, QEMU_10_2), "`query-migrationthreads` exists (8.0 to 11.0)."),
    MIGRATION_THREADS_DEPRECATED(since(QEMU_9_2), "`query-migrationthreads` is deprecated (9.2)."),
    THREADS_NAMED_BY_SIDE(
            since(QEMU_9_2), "A migration's threads are called `mig/src/main` and so on (9.1).");

    @SuppressWarnings("ImmutableEnumChecker") // a record of two enum constants
    private final Versions versions;

    private final String text;

    Trait(Versions versions, String text) {
        this.versions = versions;
        this.text = text;
    }

    /** The profiles that have it. */
    public Versions versions() {
        return versions;
    }

    /** One sentence for documentation, in Markdown. */
    public String text() {
        return text;
    }
}
