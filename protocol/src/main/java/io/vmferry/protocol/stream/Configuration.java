package io.vmferry.protocol.stream;

import java.util.List;

/**
 * The machine and what both sides must have in common; follows the file header.
 *
 * @param machineName machine type with its alias resolved, up to 255 bytes; may be empty on the
 *     wire, and a prefix of the destination's name is accepted by QEMU
 * @param subsections at most one of each kind, in stream order
 */
public record Configuration(String machineName, List<ConfigurationSubsection> subsections) {

    public Configuration {
        subsections = List.copyOf(subsections);
        if (!machineName.isEmpty()) {
            WireStrings.requireName(machineName);
        }
    }
}
