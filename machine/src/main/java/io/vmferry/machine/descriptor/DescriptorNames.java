package io.vmferry.machine.descriptor;

/**
 * The descriptors that a migration address may name: those of the monitor that it was given to, and
 * those that the process inherited.
 */
public interface DescriptorNames {

    /** The names of an address from the command line, which no monitor is behind. */
    DescriptorNames INHERITED = DescriptorNames::inherited;

    /**
     * Takes the descriptor that a client of the monitor gave this name. The name is free then.
     *
     * @return the descriptor, which is the caller's to close
     * @throws DescriptorException in QEMU's words
     */
    Descriptor take(String name) throws DescriptorException;

    /**
     * The same; a name that begins with a digit is the number of a descriptor that the process
     * inherited, as QEMU has it where it listens.
     *
     * @return the descriptor, which is the caller's to close or to refuse, and which need not be
     *     open if it is one by number
     */
    default Descriptor takeOrInherit(String name) throws DescriptorException {
        return startsWithDigit(name) ? inherited(name) : take(name);
    }

    /** Whether a name can only be a number. */
    static boolean startsWithDigit(String name) {
        return !name.isEmpty() && name.charAt(0) >= '0' && name.charAt(0) <= '9';
    }

    private static Descriptor inherited(String name) throws DescriptorException {
        return Descriptor.inherit(DescriptorNumber.parse(name).orElseThrow(() -> invalid(name)));
    }

    private static DescriptorException invalid(String name) {
        return new DescriptorException("Invalid file descriptor number '%s'".formatted(name));
    }
}
