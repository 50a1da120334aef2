package io.vmferry.machine.device;

/**
 * Why a guest cannot be migrated, in QEMU's words.
 *
 * @param reason in {@code blocked-reasons} of {@code query-migrate}
 * @param refusal the error of {@code migrate}
 */
public record MigrationBlocker(String reason, String refusal) {

    /**
     * A device whose state cannot be saved.
     *
     * @param name what messages call it, in quotes
     */
    static MigrationBlocker nonMigratable(String idstr, String name) {
        return new MigrationBlocker(
                "non-migratable device: " + idstr,
                "State blocked by non-migratable device " + name);
    }
}
