package io.vmferry.machine.fault;

import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.ControlledFault;
import io.vmferry.machine.control.ControlledFault.FaultEnd;
import io.vmferry.machine.control.ControlledFault.FaultProgress;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.Cancellable;
import java.time.Clock;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The faults of a process by id, with what has become of them. Belongs to one thread. */
final class FaultRecords {

    private static final class FaultRecord {
        final PlannedFault<?> fault;
        ControlledFault shown;

        /** Ends the wait for the fault's place or time. */
        Cancellable wait = () -> {};

        FaultRecord(PlannedFault<?> fault, ControlledFault shown) {
            this.fault = fault;
            this.shown = shown;
        }

        boolean waiting() {
            return shown.progress() == FaultProgress.WAITING;
        }
    }

    private final Clock clock;
    private final Map<Long, FaultRecord> byId = new TreeMap<>();

    /** Faults of the same text are different ones. */
    private final IdentityHashMap<PlannedFault<?>, FaultRecord> byFault = new IdentityHashMap<>();

    private long lastId;

    FaultRecords(Clock clock) {
        this.clock = clock;
    }

    /** A fault begins to wait; returns its id. */
    long add(PlannedFault<?> fault, boolean fromNow) {
        long id = ++lastId;
        FaultRecord added =
                new FaultRecord(
                        fault,
                        new ControlledFault(
                                id,
                                fault.toString(),
                                fromNow,
                                FaultProgress.WAITING,
                                Optional.empty()));
        byId.put(id, added);
        byFault.put(fault, added);
        return id;
    }

    /** Sets what ends the wait of a fault that has been added. */
    void waits(PlannedFault<?> fault, Cancellable wait) {
        FaultRecord record = byFault.get(fault);
        if (record != null) {
            record.wait = wait;
        }
    }

    /** Whether a fault waits. */
    boolean waits(PlannedFault<?> fault) {
        FaultRecord record = byFault.get(fault);
        return record != null && record.waiting();
    }

    /** How many faults wait. */
    long waiting() {
        return byId.values().stream().filter(FaultRecord::waiting).count();
    }

    List<ControlledFault> all() {
        return byId.values().stream().map(record -> record.shown).toList();
    }

    /**
     * Forgets a fault that waits.
     *
     * @throws RefusedException when it does not
     */
    void remove(long id) throws RefusedException {
        FaultRecord record = byId.get(id);
        if (record == null) {
            throw new RefusedException("There is no fault %d".formatted(id));
        }
        if (!record.waiting()) {
            throw new RefusedException(
                    "Fault %d ('%s') was %s at %s: expected one that waits"
                            .formatted(
                                    id,
                                    record.shown.fault(),
                                    record.shown.progress().text(),
                                    record.shown.end().map(FaultEnd::where).orElse("its place")));
        }
        record.wait.cancel();
        forget(record);
    }

    /** A fault was injected, or has missed. */
    void over(PlannedFault<?> fault, FaultProgress progress, String where) {
        FaultRecord record = byFault.get(fault);
        if (record == null || !record.waiting()) {
            return;
        }
        record.wait = () -> {};
        record.shown =
                new ControlledFault(
                        record.shown.id(),
                        record.shown.fault(),
                        record.shown.fromNow(),
                        progress,
                        Optional.of(new FaultEnd(where, clock.instant())));
        dropOldest();
    }

    private void dropOldest() {
        long past = byId.size() - waiting();
        Iterator<FaultRecord> all = List.copyOf(byId.values()).iterator();
        while (past > Control.MAX_PAST_FAULTS) {
            FaultRecord next = all.next();
            if (!next.waiting()) {
                forget(next);
                past--;
            }
        }
    }

    private void forget(FaultRecord record) {
        byId.remove(record.shown.id());
        byFault.remove(record.fault);
    }
}
