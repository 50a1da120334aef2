package io.vmferry.machine.descriptor;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file descriptor of this process that has one owner, who closes it or hands it on. Safe
 * for any thread, but for this: whoever closes it sees to it that no call on it is under way, since
 * the kernel may give its number to another file at once.
 */
public final class Descriptor implements AutoCloseable {

    /** Flags of {@code open(2)}, as {@link #flags} has them. */
    public static final int O_RDONLY = 0;

    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;

    /** The bits of the flags that say whether it can be read, written or both. */
    public static final int O_ACCMODE = 3;

    public static final int O_CREAT = 0x40;
    public static final int O_TRUNC = 0x200;
    public static final int O_APPEND = 0x400;
    public static final int O_NONBLOCK = 0x800;

    static final int O_ASYNC = 0x2000;
    static final int O_NOATIME = 0x40000;
    static final int O_SYNC = 0x101000;

    /** A flag whose number depends on the processor. */
    static final int O_DIRECT = System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;

    /** Options of a socket. */
    private static final int SO_TYPE = 3;

    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int SOCK_STREAM = 1;

    /** Events of {@code poll(2)}. */
    private static final short POLLIN = 1;

    private static final short POLLOUT = 4;

    /** More than Linux gives a new pipe; with much more its pages leave the processor's cache. */
    private static final int PIPE_BYTES = 1 << 18;

    private final int number;
    private final boolean inherited;
    private final Runnable whenClosed;
    private final AtomicBoolean owned = new AtomicBoolean(true);

    private Descriptor(int number, boolean inherited, Runnable whenClosed) {
        this.number = number;
        this.inherited = inherited;
        this.whenClosed = whenClosed;
    }

    /** Takes a descriptor that is open. */
    public static Descriptor own(int number) {
        return own(number, () -> {});
    }

    /**
     * The same.
     *
     * @param whenClosed runs after it was closed, on whichever thread closed it
     */
    static Descriptor own(int number, Runnable whenClosed) {
        if (number < 0) {
            throw new IllegalArgumentException("No descriptor is numbered " + number);
        }
        return new Descriptor(number, false, whenClosed);
    }

    /**
     * Takes a descriptor that a user says this process has inherited, which need not be open.
     *
     * @throws DescriptorException if it is one that this process has opened itself, or keeps
     */
    public static Descriptor inherit(int number) throws DescriptorException {
        if (DescriptorCalls.closesOnExec(number)) {
            throw new DescriptorException(
                    "Descriptor %d was not inherited, or is in use".formatted(number));
        }
        return new Descriptor(number, true, () -> {});
    }

    /** The number by which the kernel knows it. */
    public int number() {
        if (!owned.get()) {
            throw new IllegalStateException("Descriptor %d was given away".formatted(number));
        }
        return number;
    }

    /** Hands the number on to an owner of another kind, who closes it. */
    public int release() {
        if (!owned.compareAndSet(true, false)) {
            throw new IllegalStateException("Descriptor %d was given away".formatted(number));
        }
        return number;
    }

    /** Closes it, unless that was done or it was released. */
    @Override
    public void close() {
        if (owned.compareAndSet(true, false)) {
            DescriptorCalls.close(number);
            whenClosed.run();
        }
    }

    /**
     * Gives it up unused: one that was inherited stays open, since nobody knows whether it is not
     * rather a file of the JVM; any other is closed.
     */
    public void refuse() {
        if (inherited) {
            owned.set(false);
        } else {
            close();
        }
    }

    /** A second descriptor of the same open file: offset and flags are shared. */
    public Descriptor duplicate() throws DescriptorException {
        return own(DescriptorCalls.duplicate(number()));
    }

    /** What it is open on. */
    public DescriptorKind kind() throws DescriptorException {
        return DescriptorCalls.kind(number());
    }

    /** Keeps it as this process's own, which nobody can inherit any more. */
    public void keep() throws DescriptorException {
        DescriptorCalls.closeOnExec(number());
    }

    /** How it was opened, and {@link #O_NONBLOCK}. */
    public int flags() throws DescriptorException {
        return DescriptorCalls.flags(number());
    }

    /** Whether reading is allowed. */
    public boolean readable() throws DescriptorException {
        return (flags() & O_ACCMODE) != O_WRONLY;
    }

    /** Whether writing is allowed. */
    public boolean writable() throws DescriptorException {
        return (flags() & O_ACCMODE) != O_RDONLY;
    }

    /** Makes calls wait, or fail where they would have to wait; of all its duplicates, too. */
    public void blocking(boolean on) throws DescriptorException {
        int flags = flags();
        int wanted = on ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
        if (wanted != flags) {
            DescriptorCalls.setFlags(number(), wanted);
        }
    }

    /** Sets the flags that can be changed while it is open. */
    void setFlags(int flags) throws DescriptorException {
        DescriptorCalls.setFlags(number(), flags);
    }

    /** Cuts a file off, or fills it up with zeros. */
    public void truncate(long lengthBytes) throws DescriptorException {
        DescriptorCalls.truncate(number(), lengthBytes);
    }

    /** Sets where a file is read or written next. */
    public void seek(long offset) throws DescriptorException {
        DescriptorCalls.seek(number(), offset);
    }

    /** Gives a pipe more room than a new one has, unless that is refused. */
    public void growPipe() {
        try {
            DescriptorCalls.pipeSize(number(), PIPE_BYTES);
        } catch (DescriptorException e) {
            // its user has many pipes already; it works with less
        }
    }

    /** The address family of a socket. */
    public SocketDomain domain() throws DescriptorException {
        return SocketDomain.of(DescriptorCalls.socketOption(number(), SO_DOMAIN));
    }

    /** Whether it is a socket of a stream of bytes, as opposed to datagrams. */
    public boolean isStreamSocket() throws DescriptorException {
        return DescriptorCalls.socketOption(number(), SO_TYPE) == SOCK_STREAM;
    }

    /** Whether it is a socket that waits for connections. */
    public boolean isListening() throws DescriptorException {
        return DescriptorCalls.socketOption(number(), SO_ACCEPTCONN) != 0;
    }

    /**
     * Waits until it can be read from, or written to, without waiting, or the other end is gone.
     *
     * @return false if that has not come within the time
     */
    public boolean awaitReady(boolean toWrite, int limitMillis) throws DescriptorException {
        return DescriptorCalls.poll(number(), toWrite ? POLLOUT : POLLIN, limitMillis);
    }

    /**
     * Reads into memory outside the heap, and waits for something to read if it is blocking.
     *
     * @return how many bytes, 0 at the end
     */
    public long read(MemorySegment into) throws DescriptorException {
        return DescriptorCalls.read(number(), into);
    }

    /**
     * Writes from memory outside the heap, and waits for room if it is blocking.
     *
     * @return how many bytes, which may be fewer than there are
     */
    public long write(MemorySegment from) throws DescriptorException {
        return DescriptorCalls.write(number(), from);
    }

    @Override
    public String toString() {
        return "descriptor " + number;
    }
}
