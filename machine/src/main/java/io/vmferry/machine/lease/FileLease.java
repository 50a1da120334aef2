package io.vmferry.machine.lease;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease by the operating system's locks on a file that both nodes can reach and on a hidden guard
 * file beside it. Who has locked both owns the lease. The locks end with the process, however it
 * ends; the files stay. Each names its owner, for a person who looks, and counts how often the
 * lease was taken, which tells a former owner whether somebody else has had it since.
 *
 * <p>A lock belongs to a file, not to its name: one that is deleted or replaced while it is locked
 * protects nothing any more. So there are two, the owner {@linkplain #check looks after them} and
 * makes again what is missing, and nobody becomes an owner while one of them is in its place.
 *
 * <p>All methods may block for as long as the file system likes. Owned by one thread.
 */
public final class FileLease {

    private static final Logger log = LoggerFactory.getLogger(FileLease.class);

    /**
     * Leases that this process has locked. A POSIX lock belongs to the process and is lost as soon
     * as any of its descriptors of the file is closed, so a second lease must not even open it.
     */
    private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

    private static final String ANOTHER_HERE = "another lease of this process";

    private final Path path;
    private final String owner;
    private final LeaseFile guard;
    private final LeaseFile named;
    private Optional<Taking> held = Optional.empty();

    /** What the files say while the lease is held, and what they said before. */
    private LeaseRecord record;

    private LeaseRecord before;

    /** Nobody else signs like that, not even another lease of this process. */
    private final String mark = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

    private Past past = new Past(0, false);
    private Past pastBefore = past;
    private String trouble = "";

    /**
     * What this node knows of when it had the lease last.
     *
     * @param taken the count then; 0 for never
     * @param lost whether somebody else has made himself the owner meanwhile
     */
    private record Past(long taken, boolean lost) {

        boolean never() {
            return taken == 0 && !lost;
        }
    }

    private FileLease(Path path, String owner) {
        this.path = path;
        this.owner = owner;
        this.named = new LeaseFile(path);
        this.guard = new LeaseFile(guardOf(path));
        this.record = LeaseRecord.NEW;
        this.before = record;
    }

    private static Path guardOf(Path path) {
        return path.resolveSibling("." + path.getFileName() + ".lock");
    }

    /**
     * Prepares a lease on a file, created with its guard when missing; does not take it.
     *
     * @param ownerName what the file calls the holder, next to the process id
     * @throws IOException with one line that names the file, when it cannot be opened for writing
     */
    public static FileLease on(Path path, String ownerName) throws IOException {
        try {
            if (!Files.exists(path)) {
                Files.createFile(path);
            }
            if (Files.isDirectory(path) || !Files.isWritable(path)) {
                throw new IOException("not a writable file");
            }
            FileLease lease =
                    new FileLease(
                            path.toRealPath(),
                            "pid " + ProcessHandle.current().pid() + " " + ownerName);
            lease.reserve();
            return lease;
        } catch (IOException e) {
            throw new IOException("Lease file " + path + " cannot be used: " + reason(e), e);
        }
    }

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException gone when gone.getReason() == null -> "no such directory";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Has the disk keep room for the records, before anything depends on them. */
    private void reserve() throws IOException {
        if (!LOCKED_HERE.add(path)) {
            return; // whoever has locked it here has reserved it
        }
        try {
            for (LeaseFile file : files()) {
                if (file.lock()) {
                    file.locked().get().reserve();
                }
            }
        } finally {
            unlock();
            LOCKED_HERE.remove(path);
        }
    }

    /** In the order in which they are locked. */
    private List<LeaseFile> files() {
        return List.of(guard, named);
    }

    /** What the lease is called in messages. */
    public String description() {
        return "lease " + path;
    }

    /** What made this node the owner; empty while it is not. */
    public Optional<Taking> held() {
        return held;
    }

    // ---- taking

    /** Tries to become the owner; one who is gets the answer that made him the owner again. */
    public Taking take() {
        if (held.isPresent()) {
            return held.get();
        }
        if (!LOCKED_HERE.add(path)) {
            return new Taking.HeldElsewhere(ANOTHER_HERE);
        }
        Taking taking = lockAndSign();
        if (taking.owned()) {
            held = Optional.of(taking);
        } else {
            unlock();
            LOCKED_HERE.remove(path);
        }
        return taking;
    }

    private Taking lockAndSign() {
        try {
            for (LeaseFile file : files()) {
                if (!file.lock()) {
                    return new Taking.HeldElsewhere(holder());
                }
            }
            // the guard may have been replaced by somebody who then finds the lease file locked
            if (!guard.locked().orElseThrow().inPlace()) {
                return new Taking.Unusable("it is being replaced");
            }
            before = latest();
            LeaseStatus since = past.never() ? LeaseStatus.UNCLAIMED : since(before);
            if (since == LeaseStatus.UNKNOWN) {
                return new Taking.Unusable(
                        "it is not the one that was given up here, since it was taken %d times and not at least %d"
                                .formatted(before.taken(), past.taken));
            }
            sign(new LeaseRecord(owner, before.taken() + 1, mark));
            pastBefore = past;
            past = new Past(record.taken(), false);
            return since == LeaseStatus.UNCLAIMED
                    ? new Taking.Ours()
                    : new Taking.OursAfterOthers();
        } catch (IOException e) {
            return new Taking.Unusable(reason(e));
        }
    }

    /** What has become of the lease since this node had it last, as far as what it says tells. */
    private LeaseStatus since(LeaseRecord found) {
        boolean ours = found.mark().equals(mark) || past.taken == 0;
        if (ours && found.taken() == past.taken && !past.lost) {
            return LeaseStatus.UNCLAIMED;
        }
        boolean signedByOthers =
                found.mark().isEmpty() ? found.taken() > past.taken : !found.mark().equals(mark);
        return signedByOthers || past.lost ? LeaseStatus.ABANDONED : LeaseStatus.UNKNOWN;
    }

    /** What the files say; one that was made again by another owner may not know it yet. */
    private LeaseRecord latest() throws IOException {
        return later(guard.locked().orElseThrow().read(), named.locked().orElseThrow().read());
    }

    private static LeaseRecord later(LeaseRecord one, LeaseRecord other) {
        return other.taken() > one.taken() ? other : one;
    }

    /** Writes down who owns the lease from now on; where that fails nothing has changed. */
    private void sign(LeaseRecord next) throws IOException {
        for (LeaseFile file : files()) {
            file.locked().orElseThrow().reserve();
        }
        try {
            for (LeaseFile file : files()) {
                file.locked().orElseThrow().write(next);
            }
            for (LeaseFile file : files()) {
                file.locked().orElseThrow().flush();
            }
        } catch (IOException e) {
            write(before);
            throw e;
        }
        record = next;
    }

    /** Who has locked the lease, as far as it tells. */
    private String holder() throws IOException {
        for (LeaseFile file : files()) {
            Optional<LeaseRecord> found = LockedFile.peek(file.path(), file.locked());
            if (found.isPresent() && !found.get().owner().isEmpty()) {
                return found.get().owner();
            }
        }
        return "another process";
    }

    // ---- giving up

    /** Gives ownership up. Taken back later it will show whether anybody has had it since. */
    public void giveUp() {
        if (held.isPresent()) {
            leave(new LeaseRecord("", record.taken(), mark));
        }
    }

    /** Gives ownership up as if it had never been taken. */
    public void putBack() {
        if (held.isPresent()) {
            past = pastBefore;
            leave(before);
        }
    }

    private void leave(LeaseRecord last) {
        if (!write(last)) {
            log.warn("Lease file {} still names its last owner: {}", path, trouble);
        }
        unlock();
        held = Optional.empty();
        trouble = "";
        LOCKED_HERE.remove(path);
    }

    /** Writes a record to both files; false when it cannot be written to one of them. */
    private boolean write(LeaseRecord next) {
        boolean written = true;
        for (LeaseFile file : files()) {
            try {
                if (file.locked().isPresent()) {
                    file.locked().get().write(next);
                }
            } catch (IOException e) {
                trouble = reason(e);
                written = false;
            }
        }
        return written;
    }

    private void unlock() {
        for (LeaseFile file : files()) {
            try {
                file.unlock();
            } catch (IOException e) {
                log.warn("Lease file {}: {}", file.path(), reason(e));
            }
        }
    }

    // ---- looking

    /**
     * Looks what has become of a lease that this node has given up. Tries a lock only if somebody
     * has taken the lease since: whoever is about to take it should not find it locked by one who
     * looks.
     */
    public LeaseStatus look() {
        if (held.isPresent()) {
            return LeaseStatus.UNCLAIMED;
        }
        if (!LOCKED_HERE.add(path)) {
            return LeaseStatus.HELD_ELSEWHERE;
        }
        try {
            LeaseRecord found = LeaseRecord.NEW;
            for (LeaseFile file : files()) {
                Optional<LeaseRecord> said = LockedFile.peek(file.path(), Optional.empty());
                found = later(found, said.orElse(LeaseRecord.NEW));
            }
            LeaseStatus since = since(found);
            return since == LeaseStatus.ABANDONED ? lookForHolder() : since;
        } catch (IOException e) {
            return LeaseStatus.UNKNOWN;
        } finally {
            LOCKED_HERE.remove(path);
        }
    }

    private LeaseStatus lookForHolder() throws IOException {
        try {
            // who has it has locked both; where one is being made again the other one tells
            boolean free = guard.lock() && named.lock();
            return free ? LeaseStatus.ABANDONED : LeaseStatus.HELD_ELSEWHERE;
        } finally {
            unlock();
        }
    }

    // ---- looking after it

    /**
     * Looks after the files of a lease that is held: one that was deleted, replaced or changed is
     * made again. As long as one of them is locked in its place nobody else can have the lease.
     *
     * @return what has happened, as a clause, when somebody else has it all the same; it is not
     *     held any more then
     */
    public Optional<String> check() {
        if (held.isEmpty()) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>();
        EnumSet<LeaseFile.Check> all = EnumSet.noneOf(LeaseFile.Check.class);
        for (LeaseFile file : files()) {
            LeaseFile.Check check = file.check(record);
            all.add(check);
            file.describe(check).ifPresent(found::add);
        }
        tell(String.join("; ", found));
        boolean locked = files().stream().anyMatch(file -> file.locked().isPresent());
        if (locked || !all.contains(LeaseFile.Check.TAKEN)) {
            return Optional.empty();
        }
        return Optional.of(lose());
    }

    /** Once for as long as it stays the same. */
    private void tell(String found) {
        if (!found.isEmpty() && !found.equals(trouble)) {
            log.warn("Lease: {}", found);
        }
        trouble = found;
    }

    private String lose() {
        String by = "another process";
        try {
            by = holder();
        } catch (IOException e) {
            log.warn("Lease file {}: {}", path, reason(e));
        }
        unlock();
        held = Optional.empty();
        past = new Past(past.taken, true);
        LOCKED_HERE.remove(path);
        return "its files were replaced and are held by " + by;
    }
}
