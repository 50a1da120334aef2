package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.InjectedBug;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * An interruption of a postcopy or its recovery, and its moment.
 *
 * @param point at the n-th protocol point that either side reaches in this round
 * @param delayNanos the delay after it, as a separate event; a bug at the first point from then on
 */
record Interruption(InterruptionKind kind, int point, long delayNanos) {

    static final Interruption NONE = new Interruption(InterruptionKind.NONE, 0, 0);

    private static final long LONGEST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Pages in transit are not protocol points: interruptions between them are placed by time. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** The kinds of interruptions. */
    enum InterruptionKind {
        /** Nothing. */
        NONE,

        /** The main channel is cut. */
        CUT_MAIN(NetworkFaults.cut(ChannelRole.MAIN)),

        /** The return path is cut. */
        CUT_RETURN_PATH(NetworkFaults.cut(ChannelRole.RETURN_PATH)),

        /** The preempt channel is cut, where there is one. */
        CUT_PREEMPT(NetworkFaults.cut(ChannelRole.PREEMPT)),

        /** The main channel is cut within the next bytes. */
        CUT_MAIN_AMONG_BYTES,

        /** The preempt channel is cut within the next bytes, where there is one. */
        CUT_PREEMPT_AMONG_BYTES,

        /** All channels carry nothing for a while, and then continue. */
        STALL(NetworkFaults.stall(FaultChannel.ALL)),

        /** The network carries nothing any more, and TCP reports it to both ends after a while. */
        HALF_OPEN(new FaultAction.Blackhole(FaultChannel.ALL)),

        /** The network carries nothing any more, which is never reported. */
        SILENCE,

        /** {@code migrate-pause} at the source. */
        PAUSE_SOURCE,

        /** {@code migrate-pause} at the destination. */
        PAUSE_DESTINATION,

        /** The source sees its connections reset, the destination only much later. */
        SOURCE_FIRST,

        /** The destination sees its connections reset, the source only much later. */
        DESTINATION_FIRST,

        /** The engine that reaches the point throws an exception there. */
        EXCEPTION(new FaultAction.ThrowBug(InjectedBug.Type.EXCEPTION)),

        /** The engine that reaches the point throws an error there. */
        ERROR(new FaultAction.ThrowBug(InjectedBug.Type.ERROR));

        @SuppressWarnings("ImmutableEnumChecker") // a record
        private final Optional<FaultAction> action;

        InterruptionKind(FaultAction action) {
            this.action = Optional.of(action);
        }

        InterruptionKind() {
            this.action = Optional.empty();
        }

        /** The action of fault plans that it is; empty when no plan can do it. */
        Optional<FaultAction> action() {
            return action;
        }

        /** Whether no recovery is needed after it. */
        boolean harmless() {
            return this == NONE || this == STALL;
        }

        /** The bug that an engine throws; empty for an interruption from outside. */
        Optional<InjectedBug.Type> bug() {
            return action.flatMap(FaultAction::bug);
        }
    }

    /** Draws an interruption while pages are sent. */
    static Interruption amongPages(SplittableRandom random) {
        return new Interruption(kind(random), 0, random.nextLong(LONGEST_WAIT_NANOS));
    }

    /** Draws an interruption at one of the first points of a recovery, or soon after it. */
    static Interruption amongPoints(SplittableRandom random, int points) {
        long delay = random.nextBoolean() ? 0 : random.nextLong(LONGEST_DELAY_NANOS);
        return new Interruption(kind(random), random.nextInt(points), delay);
    }

    private static InterruptionKind kind(SplittableRandom random) {
        InterruptionKind[] kinds = InterruptionKind.values();
        return kinds[1 + random.nextInt(kinds.length - 1)];
    }
}
