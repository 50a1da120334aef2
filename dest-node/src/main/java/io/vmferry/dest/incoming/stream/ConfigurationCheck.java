package io.vmferry.dest.incoming.stream;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the source's configuration with ours. */
public final class ConfigurationCheck {

    private static final Logger log = LoggerFactory.getLogger(ConfigurationCheck.class);

    private static final int TARGET_PAGE_BITS = 12;

    private final Guest guest;
    private final MigrationOptions options;
    private Optional<UUID> returnPathChannel = Optional.empty();

    public ConfigurationCheck(Guest guest, MigrationOptions options) {
        this.guest = guest;
        this.options = options;
    }

    /** The migration's id, when the source has announced a return path on its own connection. */
    Optional<UUID> returnPathChannel() {
        return returnPathChannel;
    }

    void accept(Configuration configuration) throws StreamException {
        // QEMU compares over the length received, so any prefix of the name will do.
        if (!guest.machineName().startsWith(configuration.machineName())) {
            throw StreamException.of(
                    StreamError.MACHINE_MISMATCH,
                    "machine type received is %s, here it is '%s'"
                            .formatted(
                                    WireStrings.quote(configuration.machineName()),
                                    guest.machineName()));
        }
        List<String> capabilities = List.of();
        for (ConfigurationSubsection subsection : configuration.subsections()) {
            switch (subsection) {
                case ConfigurationSubsection.TargetPageBits(int bits) -> pageBits(bits);
                case ConfigurationSubsection.ValidatedCapabilities(List<String> names) ->
                        capabilities = names;
                case ConfigurationSubsection.ValidatedUuid(UUID uuid) -> uuid(uuid);
                case ConfigurationSubsection.ReturnPathChannel(UUID id) ->
                        returnPathChannel = Optional.of(id);
            }
        }
        capabilities(capabilities);
    }

    private static void pageBits(int bits) throws StreamException {
        if (bits != TARGET_PAGE_BITS) {
            throw StreamException.of(
                    StreamError.TARGET_PAGE_BITS_MISMATCH,
                    "target page size received is 2^%d, here it is 2^%d"
                            .formatted(bits, TARGET_PAGE_BITS));
        }
    }

    private void uuid(UUID received) throws StreamException {
        if (guest.uuid().isEmpty()) {
            log.warn("The source's UUID is {}, none is set here", received);
        } else if (!guest.uuid().get().equals(received)) {
            throw StreamException.of(
                    StreamError.UUID_MISMATCH,
                    "UUID received is %s, here it is %s".formatted(received, guest.uuid().get()));
        }
    }

    private void capabilities(List<String> received) throws StreamException {
        Set<Capability> theirs = EnumSet.noneOf(Capability.class);
        for (String name : received) {
            Capability capability =
                    Named.find(Capability.class, name)
                            .filter(known -> known.knownTo(options.profile()))
                            .orElseThrow(() ->
                                    StreamException.of(
                                            StreamError.UNKNOWN_CAPABILITY,
                                            "unknown capability " + WireStrings.quote(name)));
            if (capability.validatedByPeer()) {
                theirs.add(capability);
            }
        }
        for (Capability capability : Capability.values()) {
            boolean here = options.capabilities().has(capability);
            if (capability.validatedByPeer() && theirs.contains(capability) != here) {
                throw StreamException.of(
                        StreamError.CAPABILITY_MISMATCH,
                        "capability %s is %s at the source and %s here"
                                .formatted(
                                        capability.text(),
                                        here ? "off" : "on",
                                        here ? "on" : "off"));
            }
        }
    }

    /** POSTCOPY_ADVISE: pages must be of the same sizes on both sides. */
    public void pageSizes(Command.PageSizes sizes) throws StreamException {
        long here = guest.ram().pageSizeSummary();
        if (sizes.ramPageSizes() != here || sizes.targetPageSizeBytes() != RamBlock.PAGE_SIZE) {
            throw StreamException.of(
                    StreamError.ADVISE_MISMATCH,
                    "page sizes 0x%x and target page size 0x%x at the source, 0x%x and 0x%x here"
                            .formatted(
                                    sizes.ramPageSizes(),
                                    sizes.targetPageSizeBytes(),
                                    here,
                                    RamBlock.PAGE_SIZE));
        }
    }
}
