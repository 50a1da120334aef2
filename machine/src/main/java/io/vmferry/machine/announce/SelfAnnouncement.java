package io.vmferry.machine.announce;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One announcement: the first packet at once, the others later. Started again, it forgets what it
 * was about to send.
 */
public final class SelfAnnouncement {

    /** A delay of 0 must not keep the loop from everything else. */
    private static final long SHORTEST_DELAY_MILLIS = 1;

    private final EngineLoop loop;
    private final Probe probe;
    private final List<String> cards;
    private Optional<EngineLoop.Timer> timer = Optional.empty();

    /**
     * @param devices of the guest; those that are network cards announce
     */
    public SelfAnnouncement(EngineLoop loop, Probe probe, List<Device> devices) {
        this.loop = loop;
        this.probe = probe;
        this.cards = devices.stream().flatMap(device -> device.networkCard().stream()).toList();
    }

    /** Announces. */
    public void start(AnnounceParameters parameters) {
        timer.ifPresent(EngineLoop.Timer::cancel);
        timer = Optional.empty();
        if (parameters.rounds() != 0) {
            send(parameters, 0);
        }
    }

    /** Whether more packets are to come. */
    public boolean running() {
        return timer.isPresent();
    }

    /** As QEMU, takes a negative count for one that is nearly endless. */
    private void send(AnnounceParameters parameters, int sent) {
        cards.stream()
                .filter(name ->
                        parameters.interfaces().isEmpty() || parameters.interfaces().contains(name))
                .forEach(name -> probe.reached(PointName.ANNOUNCED, name));
        int next = sent + 1;
        if (next == parameters.rounds()) {
            timer = Optional.empty();
            return;
        }
        long delay = Math.max(SHORTEST_DELAY_MILLIS, parameters.delayMillis(next));
        timer =
                Optional.of(
                        loop.schedule(
                                TimeUnit.MILLISECONDS.toNanos(delay),
                                () -> send(parameters, next)));
    }
}
