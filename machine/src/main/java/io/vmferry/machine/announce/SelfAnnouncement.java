package io.vmferry.machine.announce;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One announcement: the first packet at once, the others later. A restart drops the packets that
 * are still due.
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

    /**
     * How often and how fast an announcement is repeated (QEMU: {@code AnnounceParameters}).
     *
     * @param initialMillis between the first packet and the second
     * @param maxMillis the longest time between two packets
     * @param rounds packets per network card; none when 0
     * @param stepMillis how much each time is longer than the one before
     * @param interfaces names of the cards that announce; all when empty
     */
    public record AnnounceParameters(
            long initialMillis,
            long maxMillis,
            int rounds,
            long stepMillis,
            Set<String> interfaces) {

        public AnnounceParameters {
            interfaces = Set.copyOf(interfaces);
        }

        /** The announcement that the migration parameters {@code announce-*} ask for. */
        public static AnnounceParameters of(Parameters parameters) {
            return new AnnounceParameters(
                    parameters.announceInitialMillis(),
                    parameters.announceMaxMillis(),
                    (int) parameters.announceRounds(),
                    parameters.announceStepMillis(),
                    Set.of());
        }

        /**
         * The delay before a packet other than the first.
         *
         * @param sent packets that went before it
         */
        long delayMillis(int sent) {
            long delay = initialMillis + (sent - 1L) * stepMillis;
            return delay < 0 || delay > maxMillis ? maxMillis : delay;
        }
    }
}
