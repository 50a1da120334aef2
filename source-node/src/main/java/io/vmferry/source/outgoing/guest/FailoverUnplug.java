package io.vmferry.source.outgoing.guest;

import io.vmferry.machine.device.FailoverPrimary;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.status.RunState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the guest let go of the primaries of its failover pairs, and gives them back when it stays
 * here. QEMU's {@code qemu_savevm_wait_unplug} and its network failover.
 *
 * <p>Only a guest that runs can let go: one that is stopped keeps its migration in wait-unplug
 * until it runs again or the user cancels, as in QEMU. How long it ran is known to a poll.
 */
public final class FailoverUnplug {

    private static final Logger log = LoggerFactory.getLogger(FailoverUnplug.class);

    /** How often QEMU looks whether the guest has let go. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** How long a cancelled migration waits for an unplug that it had begun. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Guest guest;
    private final EngineLoop loop;
    private final EventSink events;
    private final Probe probe;
    private Optional<EngineLoop.Timer> poll = Optional.empty();
    private Optional<EngineLoop.Timer> grace = Optional.empty();
    private Optional<Runnable> whenOver = Optional.empty();
    private Optional<Runnable> failure = Optional.empty();
    private boolean waiting;

    public FailoverUnplug(Guest guest, EngineLoop loop, EventSink events, Probe probe) {
        this.guest = guest;
        this.loop = loop;
        this.events = events;
        this.probe = probe;
    }

    /** The setup of a migration asks for every primary that the guest has. */
    public void request() {
        for (FailoverPrimary primary : guest.failoverPrimaries()) {
            primary.requestUnplug();
            events.emit(new QmpEvent.UnplugPrimary(primary.id()));
            probe.reached(PointName.UNPLUG_REQUESTED, primary.id());
        }
        if (pending()) {
            poll();
        }
    }

    /** Whether the guest still has something that it was asked for. */
    public boolean pending() {
        return guest.failoverPrimaries().stream().anyMatch(FailoverPrimary::unplugPending);
    }

    private void poll() {
        long slice = Math.min(POLL_NANOS, shortestLeftNanos());
        poll = Optional.of(loop.schedule(slice, () -> polled(slice)));
    }

    private long shortestLeftNanos() {
        return guest.failoverPrimaries().stream()
                .filter(FailoverPrimary::unplugPending)
                .mapToLong(FailoverPrimary::unplugLeftNanos)
                .min()
                .orElse(0);
    }

    private void polled(long slice) {
        if (guest.run().state() == RunState.RUNNING) {
            guest.failoverPrimaries().forEach(primary -> primary.guestRan(slice));
        }
        if (pending()) {
            poll();
        } else {
            over();
        }
    }

    private void over() {
        grace.ifPresent(EngineLoop.Timer::cancel);
        Optional<Runnable> action = whenOver;
        whenOver = Optional.empty();
        action.ifPresent(Runnable::run);
    }

    // ---- wait-unplug

    /** Runs the action once the guest has let go; then a failure that had to wait. */
    public void await(Runnable action) {
        if (!pending()) {
            action.run();
            return;
        }
        waiting = true;
        whenOver =
                Optional.of(() -> {
                    waiting = false;
                    AllSteps.run(
                            () -> probe.reached(PointName.UNPLUGGED),
                            action,
                            () -> failure.ifPresent(Runnable::run));
                });
    }

    /**
     * Puts a failure off while the migration waits for the guest, since wait-unplug is left for
     * active alone; the first one counts.
     *
     * @return false when nothing is waited for, and the failure has to be dealt with now
     */
    public boolean putsOff(Runnable whatFails) {
        if (waiting && failure.isEmpty()) {
            failure = Optional.of(whatFails);
        }
        return waiting;
    }

    // ---- the guest stays here

    /**
     * The user has cancelled: an unplug that has begun must come to its end, so that the device can
     * be plugged back.
     *
     * @param done runs then, after 30 s at the latest
     */
    public void settle(Runnable done) {
        waiting = false;
        if (!pending()) {
            done.run();
            return;
        }
        whenOver = Optional.of(done);
        grace =
                Optional.of(
                        loop.schedule(
                                GRACE_NANOS,
                                () -> {
                                    log.warn("A device is partially unplugged on failure");
                                    over();
                                }));
    }

    /** Gives the guest its primaries again. */
    public void plugBack() {
        poll.ifPresent(EngineLoop.Timer::cancel);
        List<FailoverPrimary> missing =
                guest.failoverPrimaries().stream().filter(primary -> !primary.plugged()).toList();
        missing.forEach(FailoverPrimary::plug);
        missing.forEach(primary -> probe.reached(PointName.PLUGGED_BACK, primary.id()));
    }
}
