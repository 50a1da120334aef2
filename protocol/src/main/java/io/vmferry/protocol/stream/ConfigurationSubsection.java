package io.vmferry.protocol.stream;

import java.util.List;
import java.util.UUID;

/**
 * An optional part of the {@link Configuration}: {@code 05, cstr name, u32 version, fields}. All
 * known ones have version 1.
 */
public sealed interface ConfigurationSubsection {

    /** The only version of each subsection. */
    int VERSION = 1;

    /** The subsection's full name on the wire. */
    default String name() {
        return switch (this) {
            case TargetPageBits _ -> TargetPageBits.NAME;
            case ValidatedCapabilities _ -> ValidatedCapabilities.NAME;
            case ValidatedUuid _ -> ValidatedUuid.NAME;
            case ReturnPathChannel _ -> ReturnPathChannel.NAME;
        };
    }

    /**
     * Guest page size, sent where it is above the machine's smallest.
     *
     * @param bits binary logarithm of the page size in bytes
     */
    record TargetPageBits(int bits) implements ConfigurationSubsection {
        /** Name on the wire. */
        public static final String NAME = "configuration/target-page-bits";
    }

    /**
     * Capabilities that both sides must have set alike; absent when all of them are off.
     *
     * @param names their QMP names; known names that are not validated are ignored by QEMU, unknown
     *     ones refused
     */
    record ValidatedCapabilities(List<String> names) implements ConfigurationSubsection {
        /** Name on the wire. */
        public static final String NAME = "configuration/capabilities";

        /** More names than any QEMU has capabilities: a longer list is refused unread. */
        public static final int MAX_NAMES = 128;

        public ValidatedCapabilities {
            names = List.copyOf(names);
            if (names.size() > MAX_NAMES) {
                throw new IllegalArgumentException(
                        names.size() + " capabilities are more than " + MAX_NAMES);
            }
        }
    }

    /**
     * The guest's UUID, sent with capability {@code validate-uuid}.
     *
     * @param uuid in text order on the wire
     */
    record ValidatedUuid(UUID uuid) implements ConfigurationSubsection {
        /** Name on the wire. */
        public static final String NAME = "configuration/uuid";
    }

    /**
     * Announces that the return path is a connection of its own. Not known to QEMU: sent between
     * vmferry nodes only.
     *
     * @param migrationId the id by which the return path's preamble names this migration
     */
    record ReturnPathChannel(UUID migrationId) implements ConfigurationSubsection {
        /** Name on the wire. */
        public static final String NAME = "configuration/vmferry-return-path";
    }
}
