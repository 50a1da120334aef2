package io.vmferry.machine.lease;

import io.vmferry.machine.lease.Lease.NotALeaseException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A file that is locked by this process and was at its path when the lock was acquired. While it is
 * open no other file has its identity, so that a path can be compared with it.
 */
final class LockedFile implements AutoCloseable {

    /** Retry interval: a process that tests a lock holds it for an instant. */
    private static final int ATTEMPTS = 4;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Path path;
    private final Object identity;
    private final FileChannel channel;

    private LockedFile(Path path, Object identity, FileChannel channel) {
        this.path = path;
        this.identity = identity;
        this.channel = channel;
    }

    /**
     * Locks a file, which is created when missing.
     *
     * @return empty when somebody else has locked it
     */
    static Optional<LockedFile> lock(Path path) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Optional<LockedFile> locked = lockOnce(path);
                if (locked.isPresent() || attempt == ATTEMPTS) {
                    return locked;
                }
            } catch (NoSuchFileException e) {
                // removed or replaced between two steps; a missing directory stays missing
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static Optional<LockedFile> lockOnce(Path path) throws IOException {
        create(path);
        Object identity = identity(path);
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean ours = false;
        try {
            if (channel.tryLock() == null) {
                return Optional.empty();
            }
            if (!identity.equals(identity(path))) {
                throw new NoSuchFileException(path.toString(), null, "it is being replaced");
            }
            ours = true;
            return Optional.of(new LockedFile(path, identity, channel));
        } finally {
            if (!ours) {
                channel.close();
            }
        }
    }

    /** Creates a file when it is missing, unless another process does at the same time. */
    static void create(Path path) throws IOException {
        if (!Files.exists(path)) {
            try {
                Files.createFile(path);
            } catch (FileAlreadyExistsException e) {
                // another process was faster
            }
        }
    }

    /**
     * The record of a file; empty when there is no file.
     *
     * @param locked the file where this process has locked it, which must not be opened again then
     */
    static Optional<LeaseRecord> peek(Path path, Optional<LockedFile> locked) throws IOException {
        if (locked.isPresent()) {
            return Optional.of(locked.get().read());
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return Optional.of(LeaseRecord.read(channel));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Refuses a file that holds anything but a lease; a missing one is accepted. */
    static void requireLease(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("%s is not a regular file".formatted(path));
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (!LeaseRecord.isIn(channel)) {
                throw new NotALeaseException(
                        "%s holds %d bytes of something else, which a lease would overwrite"
                                .formatted(path, channel.size()));
            }
        }
    }

    /** The identity of the file at a path. */
    private static Object identity(Path path) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(path, BasicFileAttributes.class).fileKey(),
                "files have no identity here");
    }

    /** Whether the path still leads to this file. */
    boolean inPlace() throws IOException {
        try {
            return identity.equals(identity(path));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    LeaseRecord read() throws IOException {
        return LeaseRecord.read(channel);
    }

    void write(LeaseRecord lease) throws IOException {
        lease.write(channel);
    }

    /** Flushes to the disk or file server, which may refuse the data only then. */
    void flush() throws IOException {
        channel.force(false);
    }

    /** Reserves space for a record by rewriting the current one. */
    void reserve() throws IOException {
        if (channel.size() < LeaseRecord.BYTES) {
            write(read());
        }
    }

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
