package io.vmferry.machine.announce;

import io.vmferry.protocol.options.Parameters;
import java.util.Set;

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
        long initialMillis, long maxMillis, int rounds, long stepMillis, Set<String> interfaces) {

    public AnnounceParameters {
        interfaces = Set.copyOf(interfaces);
    }

    /** What the migration parameters {@code announce-*} say about a guest that has arrived. */
    public static AnnounceParameters of(Parameters parameters) {
        return new AnnounceParameters(
                parameters.announceInitialMillis(),
                parameters.announceMaxMillis(),
                (int) parameters.announceRounds(),
                parameters.announceStepMillis(),
                Set.of());
    }

    /**
     * The time before a packet that is not the first.
     *
     * @param sent packets that went before it
     */
    long delayMillis(int sent) {
        long delay = initialMillis + (sent - 1L) * stepMillis;
        return delay < 0 || delay > maxMillis ? maxMillis : delay;
    }
}
