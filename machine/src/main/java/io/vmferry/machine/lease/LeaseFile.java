package io.vmferry.machine.lease;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** One of the two files of a lease, locked here or not. */
final class LeaseFile {

    /** The result of a check of a file that should be locked here. */
    enum Check {
        /** It is in place, locked here, and names the holder. */
        INTACT,
        /** The same after a repair: it was missing, replaced or changed. */
        HEALED,
        /** Locked here, but it cannot be read or written. */
        FAULTY,
        /** Another process has locked the file at the path. */
        TAKEN,
        /** It is missing and cannot be made again. */
        GONE
    }

    private final Path path;
    private Optional<LockedFile> locked = Optional.empty();
    private Optional<String> failure = Optional.empty();

    LeaseFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** The file, while it is locked here. */
    Optional<LockedFile> locked() {
        return locked;
    }

    /** Its record; empty when there is no file. */
    Optional<LeaseRecord> peek() throws IOException {
        return LockedFile.peek(path, locked);
    }

    /** False when another process has locked it. */
    boolean lock() throws IOException {
        locked = LockedFile.lock(path);
        return locked.isPresent();
    }

    void unlock() throws IOException {
        Optional<LockedFile> closing = locked;
        locked = Optional.empty();
        if (closing.isPresent()) {
            closing.get().close();
        }
    }

    /** The problem that the last check has found, or empty. */
    Optional<String> failure() {
        return failure;
    }

    /**
     * Ensures that the file is in place, locked here, and names the holder.
     *
     * @param record its required content
     */
    Check check(LeaseRecord record) {
        failure = Optional.empty();
        try {
            boolean inPlace = locked.isPresent() && locked.get().inPlace();
            if (inPlace && locked.get().read().equals(record)) {
                return Check.INTACT;
            }
            if (!inPlace) {
                // first: while it is open here it must not be opened a second time
                unlock();
                if (!lock()) {
                    return Check.TAKEN;
                }
            }
        } catch (IOException e) {
            failure = Optional.of(LeaseFiles.reason(e));
            return locked.isPresent() ? Check.FAULTY : Check.GONE;
        }
        try {
            locked.get().write(record);
            return Check.HEALED;
        } catch (IOException e) {
            failure = Optional.of(LeaseFiles.reason(e));
            return Check.FAULTY;
        }
    }

    /** The log message of a check; empty when all is well. */
    Optional<String> describe(Check check) {
        return switch (check) {
            case INTACT -> Optional.empty();
            case HEALED -> Optional.of(path() + " was missing or changed and is made again");
            case FAULTY -> Optional.of(path() + " cannot be used: " + failure().orElseThrow());
            case TAKEN -> Optional.of(path() + " was replaced, and another process has locked it");
            case GONE ->
                    Optional.of(
                            "%s is gone and cannot be made again: %s"
                                    .formatted(path(), failure().orElseThrow()));
        };
    }
}
