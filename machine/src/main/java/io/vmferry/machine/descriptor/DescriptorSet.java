package io.vmferry.machine.descriptor;

import static io.vmferry.machine.descriptor.Descriptor.O_ACCMODE;
import static io.vmferry.machine.descriptor.Descriptor.O_APPEND;
import static io.vmferry.machine.descriptor.Descriptor.O_ASYNC;
import static io.vmferry.machine.descriptor.Descriptor.O_DIRECT;
import static io.vmferry.machine.descriptor.Descriptor.O_NOATIME;
import static io.vmferry.machine.descriptor.Descriptor.O_NONBLOCK;
import static io.vmferry.machine.descriptor.Descriptor.O_SYNC;
import static io.vmferry.machine.descriptor.Descriptor.O_TRUNC;

import io.vmferry.machine.descriptor.DescriptorSets.SetMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One set: the descriptors that clients added, and the count of duplicates that are in use. */
final class DescriptorSet {

    private static final int CHANGEABLE = O_APPEND | O_ASYNC | O_NONBLOCK | O_NOATIME | O_DIRECT;

    private final long id;
    private final List<Added> members = new ArrayList<>();
    private int duplicates;

    DescriptorSet(long id) {
        this.id = id;
    }

    private static final class Added {
        private final Descriptor descriptor;
        private final Optional<String> opaque;
        private boolean removed;

        private Added(Descriptor descriptor, Optional<String> opaque) {
            this.descriptor = descriptor;
            this.opaque = opaque;
        }

        private boolean closedIfRemoved() {
            if (removed) {
                descriptor.close();
            }
            return removed;
        }
    }

    long id() {
        return id;
    }

    SetMember add(Descriptor descriptor, Optional<String> opaque) {
        members.add(new Added(descriptor, opaque));
        return new SetMember(id, descriptor.number(), opaque);
    }

    /** The members, the oldest first. */
    List<SetMember> members() {
        return members.stream()
                .map(added -> new SetMember(id, added.descriptor.number(), added.opaque))
                .toList();
    }

    /**
     * Marks one descriptor or all of them.
     *
     * @return whether there was the one that is meant
     */
    boolean remove(OptionalLong number) {
        if (number.isEmpty()) {
            members.forEach(added -> added.removed = true);
            return true;
        }
        for (Added added : members) {
            if (added.descriptor.number() == number.getAsLong()) {
                added.removed = true;
                return true;
            }
        }
        return false;
    }

    /** Closes what has been marked. */
    void closeRemoved() {
        members.removeIf(Added::closedIfRemoved);
    }

    /** Whether duplicates are in use. */
    boolean duplicated() {
        return duplicates > 0;
    }

    /** Whether neither members nor duplicates are left. */
    boolean isEmpty() {
        return members.isEmpty() && duplicates == 0;
    }

    /**
     * The descriptor that was added last among those that were opened as is wanted; empty without.
     *
     * @param direct whether {@link Descriptor#O_DIRECT} has to be the same, too
     */
    Optional<Descriptor> find(int flags, boolean direct) throws DescriptorException {
        int compared = direct ? O_ACCMODE | O_DIRECT : O_ACCMODE;
        for (Added added : members.reversed()) {
            if ((added.descriptor.flags() & compared) == (flags & compared)) {
                return Optional.of(added.descriptor);
            }
        }
        return Optional.empty();
    }

    /**
     * Duplicates a member as if a path had been opened with these flags.
     *
     * @param whenClosed runs when the duplicate has been closed
     */
    Descriptor duplicate(Descriptor member, int flags, Runnable whenClosed)
            throws DescriptorException {
        Descriptor duplicate = member.duplicate();
        try {
            open(duplicate, flags);
        } catch (DescriptorException e) {
            duplicate.close();
            throw e;
        }
        duplicates++;
        return Descriptor.own(duplicate.release(), whenClosed);
    }

    private static void open(Descriptor duplicate, int flags) throws DescriptorException {
        int current = duplicate.flags();
        if ((flags & O_SYNC) != (current & O_SYNC)) {
            throw DescriptorException.of(NativeCall.EINVAL);
        }
        duplicate.setFlags((current & ~CHANGEABLE) | (flags & CHANGEABLE));
        if ((flags & O_TRUNC) != 0) {
            duplicate.truncate(0);
        }
    }

    /** A duplicate has been closed. */
    void duplicateClosed() {
        duplicates--;
    }
}
