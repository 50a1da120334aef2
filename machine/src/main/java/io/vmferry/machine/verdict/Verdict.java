package io.vmferry.machine.verdict;

import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one node says about the last or current migration. Every transport renders this record, so
 * that all of them say the same.
 *
 * @param side of the node that says so
 * @param settled whether this is the last word; false while the migration goes on, is paused, or
 *     its memory is being checked
 * @param fate what has become of the guest, as a sentence
 * @param reason why the migration failed or is paused
 * @param warnings what makes the verdict worth less, a sentence each
 */
public record Verdict(
        Side side,
        MigrationStatus status,
        boolean settled,
        GuestPlace guest,
        String fate,
        Optional<String> reason,
        MemoryProof memory,
        List<String> warnings) {

    /** The warning where a shared lease would have decided. */
    public static final String NO_LEASE =
            "Without a --lease that both sides share, nothing keeps both from running the guest";

    private static final String NOTHING_WRITTEN =
            "The guest wrote nothing, so nothing is proved about its memory: give the source a"
                    + " --workload with boot= or rate=";

    /** Copies the warnings, and adds that a memory without content proves nothing. */
    public Verdict {
        List<String> all = new ArrayList<>(warnings);
        if (memory.state() == MemoryState.NOTHING_WRITTEN && !all.contains(NOTHING_WRITTEN)) {
            all.add(NOTHING_WRITTEN);
        }
        warnings = List.copyOf(all);
    }

    /** The verdict of a source, which leaves memory to the destination. */
    public static Verdict ofSource(
            MigrationStatus status,
            boolean settled,
            GuestPlace guest,
            String fate,
            Optional<String> reason,
            List<String> warnings) {
        return new Verdict(
                Side.SOURCE,
                status,
                settled,
                guest,
                fate,
                reason,
                MemoryProof.unchecked(
                        switch (guest) {
                            case PEER, UNKNOWN -> "The destination checks the memory";
                            case RUNS_HERE, STOPPED_HERE, ENDS_HERE ->
                                    "The guest's memory is still here";
                            case NOWHERE -> "The guest is lost";
                        }),
                warnings);
    }

    /** The verdict of a destination whose guest's memory has not been checked, with the reason. */
    public static Verdict ofDestination(
            MigrationStatus status,
            boolean settled,
            GuestPlace guest,
            String fate,
            Optional<String> reason,
            String unchecked) {
        return new Verdict(
                Side.DESTINATION,
                status,
                settled,
                guest,
                fate,
                reason,
                MemoryProof.unchecked(unchecked),
                List.of());
    }

    /** The same with what vCPUs have found since, if any has found its memory wrong. */
    public Verdict contradicted(int vcpus) {
        return vcpus == 0
                ? this
                : new Verdict(
                        side,
                        status,
                        settled,
                        guest,
                        fate,
                        reason,
                        memory.contradicted(vcpus),
                        warnings);
    }

    /**
     * The same with what a client has done since, which stopped the guest or continued it.
     *
     * @param state of the guest in this process
     * @param leaseShared whether a lease keeps a guest that has moved from running here
     */
    public Verdict now(RunState state, boolean leaseShared) {
        boolean runs = state == RunState.RUNNING;
        return switch (guest) {
            case RUNS_HERE ->
                    runs
                            ? this
                            : moved(GuestPlace.STOPPED_HERE, "the guest is here, " + state.text());
            case STOPPED_HERE -> runs ? moved(GuestPlace.RUNS_HERE, "the guest runs here") : this;
            case PEER -> runs ? continued(leaseShared) : this;
            case ENDS_HERE, NOWHERE, UNKNOWN -> this;
        };
    }

    private Verdict continued(boolean leaseShared) {
        Verdict here =
                moved(
                        GuestPlace.RUNS_HERE,
                        "the guest runs here again, from where it was when it moved");
        if (leaseShared) {
            return here;
        }
        List<String> more = new ArrayList<>(warnings);
        more.add(NO_LEASE);
        return new Verdict(
                side, status, settled, here.guest, here.fate, reason, memory, List.copyOf(more));
    }

    private Verdict moved(GuestPlace place, String text) {
        return new Verdict(side, status, settled, place, text, reason, memory, warnings);
    }

    /** Whether memory is wrong, or not known to be right although there was a check. */
    public boolean damaged() {
        return memory.state() == MemoryState.WRONG || memory.state() == MemoryState.CHECK_FAILED;
    }
}
