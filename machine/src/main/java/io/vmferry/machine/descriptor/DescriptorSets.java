package io.vmferry.machine.descriptor;

import static io.vmferry.machine.descriptor.NativeCall.EACCES;
import static io.vmferry.machine.descriptor.NativeCall.EINVAL;
import static io.vmferry.machine.descriptor.NativeCall.ENOENT;

import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * The descriptor sets of a process, which clients fill with {@code add-fd} and which the paths
 * {@code /dev/fdset/N} stand for. {@link #open} may be called from any thread, the rest on the
 * engine's loop.
 */
public final class DescriptorSets {

    /** The beginning of a path that stands for a set. */
    public static final String PATH = "/dev/fdset/";

    /** How many descriptors may be in all sets. */
    static final int LIMIT = 1024;

    private final boolean ofTheirUsers;
    private final Executor loop;
    private final BooleanSupplier running;
    private final TreeMap<Long, DescriptorSet> sets = new TreeMap<>();
    private int clients;

    /**
     * No sets yet.
     *
     * @param running whether the guest runs, asked on the loop: without that, old versions of QEMU
     *     close nothing
     */
    public DescriptorSets(Profile profile, Executor loop, BooleanSupplier running) {
        this.ofTheirUsers = profile.has(Trait.DESCRIPTOR_SETS_KEPT);
        this.loop = loop;
        this.running = running;
    }

    /** One descriptor of a set, with what its client wants to remember about it. */
    public record SetMember(long set, int number, Optional<String> opaque) {}

    /** A set with its descriptors, the oldest first. */
    public record SetContent(long set, List<SetMember> members) {}

    /**
     * Puts a descriptor into a set, and closes it if that is refused.
     *
     * @param wanted the set; empty for a new one
     * @throws DescriptorException in QEMU's words
     */
    public synchronized SetMember add(
            Descriptor descriptor, OptionalLong wanted, Optional<String> opaque)
            throws DescriptorException {
        try {
            check(wanted);
        } catch (DescriptorException e) {
            descriptor.close();
            throw e;
        }
        long id = wanted.orElseGet(this::firstFree);
        return sets.computeIfAbsent(id, DescriptorSet::new).add(descriptor, opaque);
    }

    private void check(OptionalLong wanted) throws DescriptorException {
        if (wanted.isPresent() && wanted.getAsLong() < 0) {
            throw new DescriptorException("Parameter 'fdset-id' expects a non-negative value");
        }
        if (sets.values().stream().mapToInt(set -> set.members().size()).sum() >= LIMIT) {
            throw new DescriptorException(
                    "%d descriptors are in sets already, which is the limit".formatted(LIMIT));
        }
    }

    private long firstFree() {
        long id = 0;
        while (sets.containsKey(id)) {
            id++;
        }
        return id;
    }

    /** All sets, in QEMU's order: the highest number first. */
    public synchronized List<SetContent> all() {
        return sets.descendingMap().entrySet().stream()
                .map(entry -> new SetContent(entry.getKey(), entry.getValue().members()))
                .toList();
    }

    /**
     * Takes one descriptor out of a set, or all of them.
     *
     * @throws DescriptorException in QEMU's words if there is none
     */
    public synchronized void remove(long id, OptionalLong number) throws DescriptorException {
        DescriptorSet set = sets.get(id);
        if (set == null || !set.remove(number)) {
            String which = number.isPresent() ? ", fd:" + number.getAsLong() : "";
            throw new DescriptorException(
                    "File descriptor named 'fdset-id:%d%s' not found".formatted(id, which));
        }
        cleanUp(set);
    }

    /** A client of a monitor has come. */
    public synchronized void clientCame() {
        clients++;
    }

    /** A client of a monitor has left. */
    public synchronized void clientLeft() {
        clients--;
        List.copyOf(sets.values()).forEach(this::cleanUp);
    }

    /**
     * Opens a path that stands for a set: a duplicate of the member that was opened in the same
     * way.
     *
     * @param flags those of {@code open(2)}
     * @return the duplicate, which is the caller's to close
     * @throws DescriptorException in QEMU's words
     */
    public synchronized Descriptor open(String path, int flags) throws DescriptorException {
        long id =
                DescriptorNumber.parse(path.substring(PATH.length()))
                        .orElseThrow(() -> refused(path, EINVAL, "Could not parse fdset " + path));
        DescriptorSet set = sets.get(id);
        if (set == null) {
            throw refused(path, ENOENT, "Failed to find fdset " + PATH + id);
        }
        Descriptor member =
                set.find(flags, ofTheirUsers)
                        .orElseThrow(() ->
                                refused(
                                        path,
                                        EACCES,
                                        "Failed to find file descriptor with matching flags=0x%x"
                                                .formatted(flags)));
        try {
            return set.duplicate(member, flags, () -> loop.execute(() -> duplicateClosed(set)));
        } catch (DescriptorException e) {
            throw refused(
                    path,
                    Worded.of(e),
                    "Failed to dup() given file descriptor fd=" + member.number());
        }
    }

    private DescriptorException refused(String path, int errno, String why) {
        return refused(path, NativeCall.text(errno), why);
    }

    /** Old versions of QEMU give the reason of the system call that they stand in for. */
    private DescriptorException refused(String path, String reason, String why) {
        return new DescriptorException(
                ofTheirUsers ? why : "Unable to open %s: %s".formatted(path, reason));
    }

    private synchronized void duplicateClosed(DescriptorSet set) {
        set.duplicateClosed();
        if (!set.duplicated()) {
            cleanUp(set);
        }
    }

    /** Since QEMU 9.1 only the client that added a descriptor removes it. */
    private void cleanUp(DescriptorSet set) {
        if (ofTheirUsers) {
            set.closeRemoved();
        } else if (running.getAsBoolean()) {
            if (clients == 0 && !set.duplicated()) {
                boolean _ = set.remove(OptionalLong.empty());
            }
            set.closeRemoved();
        }
        if (set.isEmpty()) {
            sets.remove(set.id());
        }
    }
}
