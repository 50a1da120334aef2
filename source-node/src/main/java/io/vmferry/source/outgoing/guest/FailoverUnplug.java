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
 * Unplugs the primaries of failover pairs before a migration, and plugs them again when the guest
 * stays here. QEMU's {@code qemu_savevm_wait_unplug} and its network failover.
 *
 * <p>Only a running guest can unplug: with a stopped one the migration is in wait-unplug until the
 * guest runs again or the user cancels, as in QEMU. A poll measures how long the guest has run.
 */
public final class FailoverUnplug {

    private static final Logger log = LoggerFactory.getLogger(FailoverUnplug.class);

    /** Interval in which QEMU looks whether the unplug has finished. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Time for which a cancelled migration waits for a begun unplug. */
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

    /** Requests the unplug of every primary of the guest. */
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

    /** Whether an unplug is pending. */
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

    /** Runs the action once the unplug has finished; then a failure that was deferred. */
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
     * Defers a failure while the migration waits for the unplug, since only active can follow
     * wait-unplug; the first failure counts.
     *
     * @return false when no unplug is pending, and the failure has to be handled now
     */
    public boolean putsOff(Runnable whatFails) {
        if (waiting && failure.isEmpty()) {
            failure = Optional.of(whatFails);
        }
        return waiting;
    }

    // ---- the guest stays here

    /**
     * Waits, after a cancel, until a begun unplug has finished, so that the device can be plugged
     * again.
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

    /** Plugs the primaries again. */
    public void plugBack() {
        poll.ifPresent(EngineLoop.Timer::cancel);
        List<FailoverPrimary> missing =
                guest.failoverPrimaries().stream().filter(primary -> !primary.plugged()).toList();
        missing.forEach(FailoverPrimary::plug);
        missing.forEach(primary -> probe.reached(PointName.PLUGGED_BACK, primary.id()));
    }
}
