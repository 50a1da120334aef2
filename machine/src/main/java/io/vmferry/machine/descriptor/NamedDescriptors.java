package io.vmferry.machine.descriptor;

import java.util.HashMap;
import java.util.Map;

/**
 * The descriptors that have a name at one monitor, whichever of its clients gave them. Safe for any
 * thread.
 */
public final class NamedDescriptors implements DescriptorNames, AutoCloseable {

    /** How many may have a name. */
    static final int LIMIT = 1024;

    private final Map<String, Descriptor> named = new HashMap<>();
    private boolean closed;

    /**
     * Gives a descriptor a name and closes the one that had it, or closes the descriptor if the
     * name is refused.
     *
     * @throws DescriptorException in QEMU's words
     */
    public synchronized void put(String name, Descriptor descriptor) throws DescriptorException {
        try {
            check(name);
        } catch (DescriptorException e) {
            descriptor.close();
            throw e;
        }
        Descriptor former = named.put(name, descriptor);
        if (former != null) {
            former.close();
        }
    }

    private void check(String name) throws DescriptorException {
        if (closed) {
            throw new DescriptorException("The monitor is closed");
        }
        if (DescriptorNames.startsWithDigit(name)) {
            throw new DescriptorException(
                    "Parameter 'fdname' expects a name not starting with a digit");
        }
        if (named.size() >= LIMIT && !named.containsKey(name)) {
            throw new DescriptorException(
                    "%d descriptors have a name already, which is the limit".formatted(LIMIT));
        }
    }

    /**
     * Closes the descriptor with a name.
     *
     * @throws DescriptorException in QEMU's words if there is none
     */
    public synchronized void closeNamed(String name) throws DescriptorException {
        Descriptor descriptor = named.remove(name);
        if (descriptor == null) {
            throw new DescriptorException("File descriptor named '%s' not found".formatted(name));
        }
        descriptor.close();
    }

    @Override
    public synchronized Descriptor take(String name) throws DescriptorException {
        Descriptor descriptor = named.remove(name);
        if (descriptor == null) {
            throw new DescriptorException(
                    "File descriptor named '%s' has not been found".formatted(name));
        }
        return descriptor;
    }

    /** Closes all of them, and each that a command under way still gives a name. */
    @Override
    public synchronized void close() {
        closed = true;
        named.values().forEach(Descriptor::close);
        named.clear();
    }
}
