package io.vmferry.machine.descriptor;

import java.util.List;

/**
 * The descriptors of a monitor's client: those that came with its last message that brought some,
 * which the next such message replaces, and those that have a name. Safe for any thread.
 */
public final class ClientDescriptors implements DescriptorNames, AutoCloseable {

    private final NamedDescriptors names;
    private List<Descriptor> received = List.of();
    private boolean closed;

    /**
     * Nothing has come yet.
     *
     * @param names those of the client's monitor, which outlive the client
     */
    public ClientDescriptors(NamedDescriptors names) {
        this.names = names;
    }

    /** The descriptors of a client that cannot give any. */
    public static ClientDescriptors none() {
        return new ClientDescriptors(new NamedDescriptors());
    }

    /** Replaces what has come. */
    public synchronized void receive(List<Descriptor> descriptors) {
        received.forEach(Descriptor::close);
        received = List.copyOf(descriptors);
        if (closed) {
            close();
        }
    }

    /**
     * Takes the first of what has come and closes the others, as QEMU does.
     *
     * @throws DescriptorException in QEMU's words if nothing has come
     */
    public synchronized Descriptor next() throws DescriptorException {
        if (received.isEmpty()) {
            throw new DescriptorException("No file descriptor supplied via SCM_RIGHTS");
        }
        Descriptor first = received.getFirst();
        received.stream().skip(1).forEach(Descriptor::close);
        received = List.of();
        return first;
    }

    /** Those that have a name at the client's monitor. */
    public NamedDescriptors names() {
        return names;
    }

    @Override
    public Descriptor take(String name) throws DescriptorException {
        return names.take(name);
    }

    /** The client is gone: what came and was not taken is closed. */
    @Override
    public synchronized void close() {
        closed = true;
        received.forEach(Descriptor::close);
        received = List.of();
    }
}
