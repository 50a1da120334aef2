package io.vmferry.machine.guest;

import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops the guest and keeps its run state. A change that QEMU's run state table does not
 * hold is a bug and throws. Confined to the engine's loop.
 */
public final class RunControl {

    private static final Logger log = LoggerFactory.getLogger(RunControl.class);

    private static final String ENDS = "this node ends";

    private final VcpuRunner vcpus;
    private final Lease lease;
    private final EventSink events;
    private RunState state;
    private RunState beforeStop;
    private boolean autostart;
    private Optional<String> refusal = Optional.empty();
    private boolean hasRun;
    private boolean stopping;
    private boolean ended;
    private final List<Runnable> whenStill = new ArrayList<>();

    /**
     * Limit of starts that wait for the lease; each belongs to a client that keeps its connection.
     */
    private static final int MAX_STARTING = 16;

    /** The starts that wait for the lease; null while there is none. */
    private @Nullable List<Consumer<Optional<String>>> starting;

    private long starts;

    /**
     * @param initial prelaunch for a source, inmigrate for a destination
     * @param autostart whether an arriving guest runs at once; {@code --paused} says no
     */
    public RunControl(
            VcpuRunner vcpus, Lease lease, EventSink events, RunState initial, boolean autostart) {
        this.vcpus = vcpus;
        this.lease = lease;
        this.events = events;
        this.state = initial;
        this.beforeStop = initial;
        this.autostart = autostart;
        lease.whenLost(this::leaseLost);
    }

    /** The current run state. */
    public RunState state() {
        return state;
    }

    /** The run state before the last {@link #stop}: what a migration tells the destination. */
    public RunState beforeStop() {
        return beforeStop;
    }

    /** The reason why the guest does not run although it should; empty when there is none. */
    public Optional<String> refusal() {
        return refusal;
    }

    /** Whether a guest that arrives by migration runs at once. */
    public boolean autostart() {
        return autostart;
    }

    /** While inmigrate, {@code stop} and {@code cont} only decide what happens on arrival. */
    public void autostart(boolean on) {
        autostart = on;
    }

    /**
     * Runs the guest, if its lease can be taken. No event when it runs already. Not while a stop is
     * under way, see {@link #whenStill}. A stop that comes before the lease has responded counts.
     *
     * @param done is told why the guest was not started, and that nothing has changed then; empty
     *     when it runs
     */
    public void start(Consumer<Optional<String>> done) {
        if (state == RunState.RUNNING) {
            done.accept(Optional.empty());
        } else if (ended) {
            done.accept(Optional.of(ENDS));
        } else if (starting != null && starting.size() >= MAX_STARTING) {
            done.accept(Optional.of("too many wait already until " + description() + " responds"));
        } else if (starting != null) {
            starting.add(done);
        } else {
            starting = new ArrayList<>(List.of(done));
            long mine = ++starts;
            lease.take(taking -> taken(mine, taking));
        }
    }

    private void taken(long start, Taking taking) {
        if (starting == null || start != starts) {
            return; // called off
        }
        List<Consumer<Optional<String>>> told = starting;
        starting = null;
        if (taking instanceof Taking.OursAfterOthers) {
            log.warn("The guest runs from where it was here: {}", taking.text(description()));
        }
        Optional<String> why =
                taking.held() ? Optional.empty() : Optional.of(taking.text(description()));
        if (why.isEmpty()) {
            run();
        } else {
            refusal = why;
        }
        told.forEach(one -> one.accept(why));
    }

    private String description() {
        return lease.description();
    }

    /** Runs a guest whose lease is held, unless the node ends. */
    public void run() {
        if (ended) {
            refuse(ENDS);
            return;
        }
        if (!lease.held()) {
            throw new IllegalStateException("The guest was to run without " + description());
        }
        if (state == RunState.POSTMIGRATE) {
            log.warn("The guest runs here again, from where it was when it moved");
        }
        refusal = Optional.empty();
        hasRun = true;
        events.emit(new QmpEvent.Resume());
        become(RunState.RUNNING);
        vcpus.start();
    }

    /** Cancels a start that waits for the lease. */
    public void callOffStart() {
        if (starting != null) {
            List<Consumer<Optional<String>>> told = starting;
            starting = null;
            Optional<String> why =
                    Optional.of("it was stopped before " + description() + " had responded");
            told.forEach(one -> one.accept(why));
        }
    }

    /** Notes why a guest does not run although it should. */
    public void refuse(String why) {
        refusal = Optional.of(why);
    }

    /**
     * Gives the lease up; if the guest has not run under it, as if it had never been taken.
     *
     * @param done runs once another node can take it
     */
    public void giveUpLease(Runnable done) {
        if (hasRun) {
            hasRun = false;
            lease.giveUp(done);
        } else {
            lease.putBack(done);
        }
    }

    /**
     * Stops the vCPUs for good and gives the lease up, because the node ends. Sends no event and
     * keeps the run state.
     *
     * @param whenStopped runs once no vCPU executes any more
     * @param whenGivenUp runs once another node can take the lease
     */
    public void end(Runnable whenStopped, Runnable whenGivenUp) {
        ended = true;
        callOffStart();
        vcpus.stop(() -> {
            whenStopped.run();
            giveUpLease(whenGivenUp);
        });
    }

    /** Whether the node ends, so that no guest is started any more. */
    public boolean ending() {
        return ended;
    }

    /** Another node may run the guest now, so it must not run here. */
    private void leaseLost(String why) {
        String what = description() + " is lost, " + why;
        refusal = Optional.of(what);
        if (state == RunState.RUNNING) {
            log.error("The guest is stopped: {}", what);
            stop(RunState.PAUSED, () -> {});
        } else {
            log.error("The guest must not run here: {}", what);
        }
    }

    /**
     * Stops the guest.
     *
     * @param whenStopped runs on the loop once no vCPU executes any more
     */
    public void stop(RunState into, Runnable whenStopped) {
        callOffStart();
        boolean live = state.live();
        beforeStop = state;
        become(into);
        if (!live) {
            whenStill(whenStopped);
            return;
        }
        stopping = true;
        vcpus.stop(() -> stopped(whenStopped));
    }

    /**
     * Stops the guest after a bug in a vCPU's code, with the run state internal-error. Without
     * effect on one that is stopped or stopping already.
     */
    public void broken() {
        if (state == RunState.RUNNING) {
            stop(RunState.INTERNAL_ERROR, () -> {});
        }
    }

    private void stopped(Runnable whenStopped) {
        stopping = false;
        AllSteps.run(
                () -> events.emit(new QmpEvent.Stop()),
                whenStopped,
                () -> {
                    List<Runnable> actions = List.copyOf(whenStill);
                    whenStill.clear();
                    actions.forEach(this::whenStill);
                });
    }

    /** Runs an action when no stop is under way: at once, or when the one under way is over. */
    public void whenStill(Runnable action) {
        if (stopping) {
            whenStill.add(action);
        } else {
            action.run();
        }
    }

    /** Changes the run state alone. */
    public void become(RunState next) {
        if (next != state && !RunState.transitions().allows(state, next)) {
            throw new IllegalStateException(
                    "Run state cannot go from " + state.text() + " to " + next.text());
        }
        state = next;
    }
}
