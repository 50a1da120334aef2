package io.vmferry.machine.descriptor;

import java.util.Optional;

/** Reads the number of a descriptor or of a set, as QEMU does. */
final class DescriptorNumber {

    private DescriptorNumber() {}

    /** The number that a text consists of; empty if it is none. */
    static Optional<Integer> parse(String text) {
        if (!text.matches("\\s*\\+?[0-9]{1,18}")) {
            return Optional.empty();
        }
        long number = Long.parseLong(text.strip());
        return number > Integer.MAX_VALUE ? Optional.empty() : Optional.of((int) number);
    }
}
