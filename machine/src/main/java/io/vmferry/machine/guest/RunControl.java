package io.vmferry.machine.guest;

import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts and stops the guest and keeps its run state. A change that QEMU's run state table does not
 * hold is a bug and throws. Owned by the engine's loop.
 */
public final class RunControl {

    private final VcpuRunner vcpus;
    private final Lease lease;
    private final EventSink events;
    private RunState state;
    private RunState beforeStop;
    private boolean autostart;
    private boolean refused;
    private boolean stopping;
    private final List<Runnable> whenStill = new ArrayList<>();

    /**
     * @param initial prelaunch for a source, inmigrate for a destination
     * @param autostart whether a guest that arrives runs at once; {@code --paused} says no
     */
    public RunControl(
            VcpuRunner vcpus, Lease lease, EventSink events, RunState initial, boolean autostart) {
        this.vcpus = vcpus;
        this.lease = lease;
        this.events = events;
        this.state = initial;
        this.beforeStop = initial;
        this.autostart = autostart;
    }

    /** The current run state. */
    public RunState state() {
        return state;
    }

    /** The run state before the last {@link #stop}: what a migration tells the destination. */
    public RunState beforeStop() {
        return beforeStop;
    }

    /** Whether the last attempt to run the guest failed because somebody else holds its lease. */
    public boolean refused() {
        return refused;
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
     * Runs the guest, if its disks can be had. No event when it runs already. Not while a stop is
     * under way, see {@link #whenStill}.
     *
     * @return false when somebody else holds the lease; nothing has changed then
     */
    public boolean start() {
        if (state == RunState.RUNNING) {
            return true;
        }
        refused = !lease.take();
        if (refused) {
            return false;
        }
        events.emit(new QmpEvent.Resume());
        become(RunState.RUNNING);
        vcpus.start();
        return true;
    }

    /**
     * Stops the guest.
     *
     * @param whenStopped runs on the loop once no vCPU executes any more
     */
    public void stop(RunState into, Runnable whenStopped) {
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
                    "Run state cannot go from " + state.qmpName() + " to " + next.qmpName());
        }
        state = next;
    }
}
