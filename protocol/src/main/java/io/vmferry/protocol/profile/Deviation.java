package io.vmferry.protocol.profile;

import io.vmferry.protocol.Named;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A deliberate deviation of vmferry from QEMU: it keeps a migration or a guest that QEMU loses, or
 * reports more. {@code --as-qemu} turns all of it off.
 */
public enum Deviation implements Named {
    PORT_PROBE(
            Versions.ALL,
            "a connection to a waiting destination ends before its fourth byte",
            "the migration has failed, and the process exits with 1",
            "the connection is ignored, and the source can still come"),
    SILENT_PIPE(
            Versions.ALL,
            "the pipe or the program that a migration is to come from ends before its first byte, or"
                    + " the pipe cannot be read",
            "the destination does not notice, and waits for ever",
            "the migration has failed, since nothing else can come"),
    UNREADABLE_INPUT(
            Versions.ALL,
            "a migration is to come from the path of a directory or device, or from a descriptor by a"
                    + " number that is not open",
            "what the path leads to is read, and the process exits with 1; on such a number 7.2 to"
                    + " 10.2 wait for ever",
            "the address is refused, and another can be tried"),
    PAUSED_GUEST(
            Versions.until(Profile.QEMU_7_2),
            "a migration of a guest that was paused fails or is cancelled after the switchover began",
            "the guest is in `postmigrate`, from where it cannot be migrated again",
            "the guest is `paused`, as before"),
    BROKEN_RECOVERY(
            Versions.until(Profile.QEMU_7_2),
            "the recovery of a postcopy breaks",
            "the source stays in `postcopy-recover`, and nothing can be recovered any more",
            "the source is in `postcopy-paused`, and can try again"),
    RECOVERY_CRASH(
            Versions.until(Profile.QEMU_7_2),
            "anything goes wrong at a destination in `postcopy-recover`",
            "the process dies of SIGSEGV, and the guest with it",
            "the destination is in `postcopy-paused`, its guest runs on, and it can be recovered"),
    SECOND_GUEST(
            Versions.since(Profile.QEMU_8_2),
            "a postcopy in which all pages have been sent has a wrong message on its return path,"
                    + " or breaks",
            "the source fails and runs its guest again, beside the destination's",
            "the source is in `postcopy-paused`, its guest stopped"),
    BAD_ANSWER(
            Versions.since(Profile.QEMU_8_2),
            "a wrong message comes on the return path of a precopy before the handover",
            "the destination gets the rest and runs the guest; the source has failed and runs it, too",
            "the source fails at the handover, and its guest runs on there alone"),
    POSTCOPY_END(
            Versions.until(Profile.QEMU_7_2),
            "a postcopy in which all pages have been sent has a wrong message on its return path,"
                    + " or breaks",
            "after a break the source stays in `postcopy-active`; after a wrong message it has"
                    + " failed, its guest in `postmigrate`; nothing can be recovered either way",
            "the source is in `postcopy-paused`, and can be recovered"),
    FAILED_PACKAGE(
            Versions.since(Profile.QEMU_10_2),
            "the destination reports in `postcopy-device` that it has failed",
            "the source stays in `postcopy-device` with its guest stopped until a channel breaks",
            "the migration fails at once, and the guest goes on at the source"),
    BROKEN_PACKAGE(
            Versions.since(Profile.QEMU_10_2),
            "the package of a postcopy is wrong after PING 0x42, which has told the source that"
                    + " the guest is the destination's",
            "the destination has failed; the guest runs nowhere",
            "the destination runs the guest and is in `postcopy-paused`"),
    UNSAID_FAILURE(
            Versions.until(Profile.QEMU_10_0),
            "a destination cannot load what follows POSTCOPY_LISTEN",
            "the process ends without having been `failed`, whatever `exit-on-error` says",
            "the migration has failed; with `exit-on-error` off the process can be asked why"),
    RECOVERY_PROBE(
            Versions.ALL,
            "a connection to a destination that waits for its recovery ends at once, or brings"
                    + " something else",
            "it is taken for the source's, and the recovery has broken; one without a byte ends the"
                    + " process of 11.1, and the guest with it",
            "the connection is rejected, and the source can still come"),
    ENDED_RECOVERY(
            Versions.ALL,
            "a stream that recovers a postcopy ends (EOF) before POSTCOPY_RESUME",
            "the destination stays in `postcopy-recover`; the monitor of 11.1 hangs",
            "the destination is in `postcopy-paused`, and can be recovered"),
    POSTCOPY_CANCEL(
            Versions.until(Profile.QEMU_9_2),
            "a postcopy is cancelled",
            "the pages that only the source has are given up, and the guest with them; a paused"
                    + " postcopy stays in `cancelling`",
            "`migrate_cancel` is refused, as in later versions"),
    EARLY_SUCCESS(
            Versions.until(Profile.QEMU_7_2),
            "SHUT 0 comes while the source still sends a precopy",
            "the source closes the socket under its own stream, and the migration fails",
            "the source sends the rest, and the migration completes"),
    LOST_LIMIT(
            Versions.since(Profile.QEMU_10_0),
            "the destination asks for a page while the guest still runs at the source",
            "`max-bandwidth` limits nothing any more",
            "the request is counted, and the limit holds"),
    CACHE_RESIZE(
            Versions.ALL,
            "`xbzrle-cache-size` changes while a migration runs",
            "the cache keeps its size until the next migration; only the figure changes",
            "the migration goes on with an empty cache of the new size"),
    LIST_FILE(
            Versions.ALL,
            "`object-add` or `--object` makes an `authz-listfile`",
            "it is refused as `invalid object type: authz-listfile`, whatever it has; QEMU's object"
                    + " model calls the type `authz-list-file`, which its schema does not know",
            "the object is made, and its file watched"),
    EXIT_CODES(
            Versions.ALL,
            "a process ends with an error, of whatever kind",
            "the exit code is 1",
            "the exit code says whose fault it was and where the guest is: 1 to 5; after"
                    + " `quit` too, if the last migration has failed"),
    OWN_COMMANDS(
            Versions.ALL,
            "a client asks which commands and events there are",
            "none begins with `x-vmferry-` or `X_VMFERRY_`",
            "`x-vmferry-verdict` and the like are there, and `query-qmp-schema` has them");

    @SuppressWarnings("ImmutableEnumChecker") // a record of two enum constants
    private final Versions versions;

    private final String when;
    private final String qemu;
    private final String vmferry;

    Deviation(Versions versions, String when, String qemu, String vmferry) {
        this.versions = versions;
        this.when = when;
        this.qemu = qemu;
        this.vmferry = vmferry;
    }

    /** Whether QEMU of this version differs from vmferry here. */
    public boolean concerns(Profile profile) {
        return versions.include(profile);
    }

    /** The table of all deviations, in Markdown. */
    public static String markdown() {
        return Arrays.stream(values())
                .map(d ->
                        "| `%s` | %s | %s | %s | %s |\n"
                                .formatted(d.text(), d.versions(), d.when, d.qemu, d.vmferry))
                .collect(
                        Collectors.joining(
                                "",
                                "| Name | Versions | When | QEMU | vmferry |\n|---|---|---|---|---|\n",
                                ""));
    }

    private String versions() {
        return Arrays.stream(Profile.values())
                .filter(this::concerns)
                .map(Profile::version)
                .collect(Collectors.joining(", "));
    }
}
