package io.vmferry.protocol.profile;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What vmferry does otherwise than QEMU on purpose, because QEMU loses a migration or a guest
 * there. {@code --as-qemu} turns all of it off.
 */
public enum Deviation {

    /** A connection to a waiting destination that ends before it has sent a byte. */
    PORT_PROBE(
            "port-probe",
            Profile.QEMU_11_1,
            "a connection to a waiting destination ends without a byte",
            "the migration has failed, and the process exits with 1",
            "the connection is ignored, and the source can still come"),

    /** A guest that its user had paused when the migration began, which then failed. */
    PAUSED_GUEST(
            "paused-guest",
            Profile.QEMU_7_2,
            "a migration of a guest that was paused fails or is cancelled after the switchover began",
            "the guest is in `postmigrate`, from where it cannot be migrated again",
            "the guest is `paused`, as before"),

    /** A recovery of a postcopy that breaks. */
    BROKEN_RECOVERY(
            "broken-recovery",
            Profile.QEMU_7_2,
            "the recovery of a postcopy breaks",
            "the source stays in `postcopy-recover`, and nothing can be recovered any more",
            "the source is in `postcopy-paused`, and can try again");

    private final String label;
    private final Profile last;
    private final String situation;
    private final String qemu;
    private final String vmferry;

    Deviation(String label, Profile last, String situation, String qemu, String vmferry) {
        this.label = label;
        this.last = last;
        this.situation = situation;
        this.qemu = qemu;
        this.vmferry = vmferry;
    }

    /** The name in the table of the documentation. */
    public String label() {
        return label;
    }

    /** Whether QEMU of a version does otherwise than vmferry here. */
    public boolean concerns(Profile profile) {
        return profile.compareTo(last) <= 0;
    }

    /** The table of all deviations, in Markdown. */
    public static String markdown() {
        return Arrays.stream(values())
                .map(d ->
                        "| `%s` | %s | %s | %s | %s |\n"
                                .formatted(d.label, d.versions(), d.situation, d.qemu, d.vmferry))
                .collect(
                        Collectors.joining(
                                "",
                                "| Name | Versions | When | QEMU | vmferry |\n|---|---|---|---|---|\n",
                                ""));
    }

    private String versions() {
        return Arrays.stream(Profile.values())
                .filter(this::concerns)
                .map(profile -> profile.qmpName().substring("qemu-".length()))
                .collect(Collectors.joining(", "));
    }
}
