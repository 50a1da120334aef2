package io.vmferry.machine.device;

import java.util.Optional;

/**
 * A device of the guest, as a migration sees it (QEMU: {@code SaveStateEntry}). Confined to the
 * engine's loop.
 */
public interface Device {
    /** The name of its section. Together with the instance it is unique in a guest. */
    String idstr();

    /** Tells devices of the same name apart; 0 where there is one. */
    default int instanceId() {
        return 0;
    }

    /** The version of the state that is written. */
    int versionId();

    /** The oldest version of the state that can be read; only the current one by default. */
    default int minimumVersionId() {
        return versionId();
    }

    /** The name of the network card that the device is, empty when it is something else. */
    default Optional<String> networkCard() {
        return Optional.empty();
    }

    /** Why the guest cannot be migrated while it has this device; empty when it can. */
    default Optional<MigrationBlocker> migrationBlocker() {
        return Optional.empty();
    }

    /**
     * Why a guest cannot be migrated, in QEMU's words.
     *
     * @param reason in {@code blocked-reasons} of {@code query-migrate}
     * @param refusal the error of {@code migrate}
     */
    record MigrationBlocker(String reason, String refusal) {

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
}
