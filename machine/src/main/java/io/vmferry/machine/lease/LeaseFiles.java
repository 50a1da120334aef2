package io.vmferry.machine.lease;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two files of a lease, which have the same content: the named one and its guard. */
final class LeaseFiles {

    private static final Logger log = LoggerFactory.getLogger(LeaseFiles.class);

    /** Retry interval: a process that only tries or queries holds a lock for an instant. */
    private static final int CHECKS_UNTIL_LOST = 2;

    private final LeaseFile guard;
    private final LeaseFile named;
    private String trouble = "";
    private int takenInARow;

    LeaseFiles(Path path) {
        this.named = new LeaseFile(path);
        this.guard = new LeaseFile(path.resolveSibling("." + path.getFileName() + ".lock"));
    }

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException gone when gone.getReason() == null -> "no such directory";
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** The files, in locking order. */
    private List<LeaseFile> all() {
        return List.of(guard, named);
    }

    /** Refuses files that do not belong to a lease, before anything is written. */
    void require() throws IOException {
        for (LeaseFile file : all()) {
            LockedFile.requireLease(file.path());
        }
    }

    /** Makes the guard when it is missing, for the same users as the lease file. */
    void makeGuard() throws IOException {
        if (!Files.exists(guard.path())) {
            guard.lock();
            guard.unlock();
            try {
                Files.setPosixFilePermissions(
                        guard.path(), Files.getPosixFilePermissions(named.path()));
            } catch (UnsupportedOperationException e) {
                // a file system without permissions
            }
        }
    }

    /** Reserves disk space for the records. A file that is locked elsewhere has it already. */
    void reserve() throws IOException {
        for (LeaseFile file : all()) {
            if (file.lock()) {
                file.locked().orElseThrow().reserve();
            }
        }
    }

    /** Locks both; false when another process has locked one of them. */
    boolean lock() throws IOException {
        for (LeaseFile file : all()) {
            if (!file.lock()) {
                return false;
            }
        }
        // the guard may have been replaced before the lease file was locked
        if (!guard.locked().orElseThrow().inPlace()) {
            throw new IOException("it is being replaced");
        }
        return true;
    }

    void unlock() {
        for (LeaseFile file : all()) {
            try {
                file.unlock();
            } catch (IOException e) {
                log.warn("Lease file {}: {}", file.path(), reason(e));
            }
        }
        takenInARow = 0;
        trouble = "";
    }

    // ---- what they say

    /** The later one of the two records: a file that was made again may be older. */
    LeaseRecord read() throws IOException {
        LeaseRecord latest = LeaseRecord.NEW;
        for (LeaseFile file : all()) {
            Optional<LeaseRecord> said = file.peek();
            if (said.isPresent() && said.get().taken() >= latest.taken()) {
                latest = said.get();
            }
        }
        return latest;
    }

    /**
     * The holder according to the record.
     *
     * @param mark of the caller, which is not reported as the holder
     */
    String holder(String mark) throws IOException {
        for (LeaseFile file : all()) {
            LeaseRecord said = file.peek().orElse(LeaseRecord.NEW);
            if (!said.holder().isEmpty() && !said.mark().equals(mark)) {
                return said.holder();
            }
        }
        return "another process";
    }

    /** Writes a record to both locked files; on failure nothing has changed. */
    void sign(LeaseRecord before, LeaseRecord next) throws IOException {
        for (LeaseFile file : all()) {
            file.locked().orElseThrow().reserve();
        }
        try {
            for (LeaseFile file : all()) {
                file.locked().orElseThrow().write(next);
            }
            for (LeaseFile file : all()) {
                file.locked().orElseThrow().flush();
            }
        } catch (IOException e) {
            write(before);
            throw e;
        }
    }

    /** Writes a record to the locked files, on a best-effort basis. */
    void write(LeaseRecord next) {
        for (LeaseFile file : all()) {
            try {
                if (file.locked().isPresent()) {
                    file.locked().get().write(next);
                }
            } catch (IOException e) {
                log.warn("Lease file {} still says what it said: {}", file.path(), reason(e));
            }
        }
    }

    // ---- looking after them

    /**
     * Repairs files that were deleted, replaced or changed. While one of them is locked in its
     * place, no other node can become the holder.
     *
     * @param record their required content
     * @return false when another process has locked them instead
     */
    boolean check(LeaseRecord record) {
        List<String> found = new ArrayList<>();
        int locked = 0;
        int taken = 0;
        for (LeaseFile file : all()) {
            LeaseFile.Check check = file.check(record);
            file.describe(check).ifPresent(found::add);
            locked += file.locked().isPresent() ? 1 : 0;
            taken += check == LeaseFile.Check.TAKEN ? 1 : 0;
        }
        tell(String.join("; ", found));
        takenInARow = taken > 0 ? takenInARow + 1 : 0;
        return taken == 0 || (locked > 0 && takenInARow < CHECKS_UNTIL_LOST);
    }

    /** Logs a problem once until it changes. */
    private void tell(String found) {
        if (!found.isEmpty() && !found.equals(trouble)) {
            log.warn("Lease: {}", found);
        }
        trouble = found;
    }
}
