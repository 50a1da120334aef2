package io.vmferry.machine.lease;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.lease.Lease.NotALeaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease by file locks of the operating system, on a file that both nodes can reach and on a
 * hidden guard file beside it. The process that has locked both holds the lease. The locks end with
 * the process, however it ends; the files stay. Each names its holder and counts how often the
 * lease was taken, from which a former holder learns whether another node has had it since.
 *
 * <p>A lock belongs to a file, not to its name: one that is deleted or replaced while it is locked
 * protects nothing any more. So there are two, the holder {@linkplain #check looks after them} and
 * makes again what is missing, and nobody becomes a holder while one of them is in its place.
 *
 * <p>All methods may block for as long as the file system likes. Confined to one thread.
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
    private final String holder;
    private final LeaseFiles files;
    private Optional<Taking> held = Optional.empty();

    /** What the files say while the lease is held, and what they said before. */
    private LeaseRecord record = LeaseRecord.NEW;

    private LeaseRecord before = LeaseRecord.NEW;

    /** The random mark of this lease, which no other lease uses. */
    private final String mark = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

    private Past past = new Past(0, false);
    private Past pastBefore = past;

    /**
     * What this node knows of its last ownership.
     *
     * @param taken the count then; 0 for never
     * @param lost whether another node became the holder meanwhile
     */
    private record Past(long taken, boolean lost) {

        boolean never() {
            return taken == 0 && !lost;
        }
    }

    private FileLease(Path path, String holder) {
        this.path = path;
        this.holder = holder;
        this.files = new LeaseFiles(path);
    }

    /**
     * Prepares a lease on a file, created with its guard when missing; does not take it.
     *
     * @param ownerName what the file calls the holder, next to the process id
     * @throws NotALeaseException when the file holds something else
     * @throws IOException with one line that names the file, when it cannot be opened for writing
     */
    public static FileLease on(Path path, String ownerName) throws IOException {
        try {
            LockedFile.create(path);
            if (Files.isDirectory(path) || !Files.isWritable(path)) {
                throw new IOException("not a writable file");
            }
            FileLease lease =
                    new FileLease(
                            path.toRealPath(),
                            "pid " + ProcessHandle.current().pid() + " " + ownerName);
            lease.prepare();
            return lease;
        } catch (NotALeaseException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "Lease file " + path + " cannot be used: " + LeaseFiles.reason(e), e);
        }
    }

    /** Does in advance what can be done before the lease is needed. */
    private void prepare() throws IOException {
        if (!LOCKED_HERE.add(path)) {
            return; // whoever has locked it here has prepared it
        }
        try {
            files.require();
            files.makeGuard();
            files.reserve();
        } finally {
            files.unlock();
            LOCKED_HERE.remove(path);
        }
    }

    /** The name of the lease in messages. */
    public String description() {
        return "lease " + path;
    }

    /** The attempt that made this node the holder; empty while it is not. */
    public Optional<Taking> held() {
        return held;
    }

    // ---- taking

    /** Tries to become the holder; a holder gets the result of its successful attempt again. */
    public Taking take() {
        if (held.isPresent()) {
            return held.get();
        }
        if (!LOCKED_HERE.add(path)) {
            return new Taking.HeldElsewhere(ANOTHER_HERE);
        }
        try {
            Taking taking = lockAndSign();
            held = taking.held() ? Optional.of(taking) : Optional.empty();
            return taking;
        } catch (IOException e) {
            return new Taking.Unusable(LeaseFiles.reason(e));
        } finally {
            if (held.isEmpty()) {
                files.unlock();
                LOCKED_HERE.remove(path);
            }
        }
    }

    private Taking lockAndSign() throws IOException {
        if (!files.lock()) {
            return new Taking.HeldElsewhere(files.holder(mark));
        }
        LeaseRecord found = files.read();
        LeaseStatus since = past.never() ? LeaseStatus.UNCLAIMED : since(found);
        if (since == LeaseStatus.UNKNOWN) {
            return new Taking.Unusable(
                    "it is not the one that was given up here, since it was taken %d times and not at least %d"
                            .formatted(found.taken(), past.taken));
        }
        LeaseRecord next = new LeaseRecord(holder, found.taken() + 1, mark);
        files.sign(found, next);
        before = found;
        record = next;
        pastBefore = past;
        past = new Past(record.taken(), false);
        return since == LeaseStatus.UNCLAIMED ? new Taking.Ours() : new Taking.OursAfterOthers();
    }

    /** The state of the lease since this node had it last, according to its record. */
    private LeaseStatus since(LeaseRecord found) {
        boolean ours = found.mark().equals(mark) || past.taken == 0;
        if (ours && found.taken() == past.taken && !past.lost) {
            return LeaseStatus.UNCLAIMED;
        }
        boolean signedByOthers =
                found.mark().isEmpty() ? found.taken() > past.taken : !found.mark().equals(mark);
        return signedByOthers || past.lost ? LeaseStatus.ABANDONED : LeaseStatus.UNKNOWN;
    }

    // ---- giving up

    /** Gives the lease up. Taking it again will show whether another node has had it since. */
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
        files.write(last);
        files.unlock();
        held = Optional.empty();
        LOCKED_HERE.remove(path);
    }

    // ---- looking

    /**
     * Queries the state of a lease that this node has given up. Tries a lock only if the lease was
     * taken since, so that it does not get in the way of a node that is about to take it.
     */
    public LeaseStatus look() {
        if (held.isPresent()) {
            return LeaseStatus.UNCLAIMED;
        }
        if (!LOCKED_HERE.add(path)) {
            return LeaseStatus.HELD_ELSEWHERE;
        }
        try {
            LeaseStatus since = since(files.read());
            return since == LeaseStatus.ABANDONED ? lookForHolder() : since;
        } catch (IOException e) {
            return LeaseStatus.UNKNOWN;
        } finally {
            LOCKED_HERE.remove(path);
        }
    }

    private LeaseStatus lookForHolder() throws IOException {
        try {
            return files.lock() ? LeaseStatus.ABANDONED : LeaseStatus.HELD_ELSEWHERE;
        } finally {
            files.unlock();
        }
    }

    // ---- looking after it

    /**
     * Maintains the files of a held lease: one that was deleted, replaced or changed is made again.
     * While one of them is locked in its place, no other node can have the lease.
     *
     * @return the reason, as a clause, when another node has it nevertheless; it is not held any
     *     more then
     */
    public Optional<String> check() {
        if (held.isEmpty() || files.check(record)) {
            return Optional.empty();
        }
        String by = "another process";
        try {
            by = files.holder(mark);
        } catch (IOException e) {
            log.warn("Lease file {}: {}", path, LeaseFiles.reason(e));
        }
        files.unlock();
        held = Optional.empty();
        past = new Past(past.taken, true);
        LOCKED_HERE.remove(path);
        return Optional.of("its files were replaced and are held by " + by);
    }
}
