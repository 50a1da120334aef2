package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.protocol.status.Side;
import java.util.SplittableRandom;

/** What goes wrong in a simulation, and when. */
public record Fault(Kind kind, Moment moment) {

    /** Nothing goes wrong. */
    public static final Fault NONE = new Fault(Kind.NONE, 0);

    private static final int LATEST_POINT = 60;

    /** The kinds of faults. */
    public enum Kind {
        /** Nothing goes wrong. */
        NONE(Damage.NOTHING),

        /** The source's process dies. */
        KILL_SOURCE(Damage.SOURCE_DIES),

        /** The destination's process dies. */
        KILL_DESTINATION(Damage.DESTINATION_DIES),

        /** The main channel is cut. */
        CUT_MAIN(Damage.CHANNEL_LOST),

        /** The main channel is cut after some number of bytes, whatever they are. */
        CUT_MAIN_AT_BYTE(Damage.CHANNEL_LOST),

        /** The return path is cut. */
        CUT_RETURN_PATH(Damage.CHANNEL_LOST),

        /** The preempt channel is cut. */
        CUT_PREEMPT(Damage.CHANNEL_LOST),

        /** The main channel carries nothing for a while. */
        STALL_MAIN(Damage.NOTHING),

        /** The return path carries nothing for a while. */
        STALL_RETURN_PATH(Damage.NOTHING),

        /** The preempt channel carries nothing for a while. */
        STALL_PREEMPT(Damage.NOTHING),

        /** The network carries nothing any more, and only after a long time both ends notice. */
        HALF_OPEN(Damage.CHANNEL_LOST),

        /** A device of the destination refuses its state, whenever it is loaded. */
        DEVICE_LOAD_ERROR(Damage.DEVICE_REFUSES),

        /** The user cancels. */
        CANCEL(Damage.CANCELLED),

        /** For a while nobody can write to the lease. */
        LEASE_FULL(Damage.LEASE_UNUSABLE),

        /** Somebody deletes the lease. */
        LEASE_VANISHES(Damage.NOTHING),

        /** Somebody else replaces the lease and holds it for a while. */
        LEASE_FORCED(Damage.LEASE_LOST);

        private final Damage damage;

        Kind(Damage damage) {
            this.damage = damage;
        }

        Damage damage() {
            return damage;
        }
    }

    /** What a fault does to a migration that has not ended. */
    enum Damage {
        /** Nothing, at most it takes longer. */
        NOTHING,

        /** A channel that it needs is gone. */
        CHANNEL_LOST,

        /** The process of the source is gone. */
        SOURCE_DIES,

        /** The process of the destination is gone. */
        DESTINATION_DIES,

        /** The destination cannot load the guest. */
        DEVICE_REFUSES,

        /** The source was asked to give up. */
        CANCELLED,

        /** Nobody can become the owner of the guest's disks for a while. */
        LEASE_UNUSABLE,

        /** Somebody outside owns the guest's disks, so that nobody here may run it. */
        LEASE_LOST,

        /** What one side says is not what the other one hears: anything may come of it. */
        GARBLED;

        /** What a planned action does that has hit something at one side. */
        static Damage of(FaultActionKind action, Side side) {
            return switch (action) {
                case KILL, EXIT -> side == Side.SOURCE ? SOURCE_DIES : DESTINATION_DIES;
                case CLOSE, RESET, BLACKHOLE -> CHANNEL_LOST;
                case STALL, DELAY -> NOTHING;
                case CORRUPT -> GARBLED;
                case FAIL -> DEVICE_REFUSES;
            };
        }
    }

    /** A fault at the so-many-th protocol point that either side reaches. */
    public Fault(Kind kind, int point) {
        this(kind, new Moment.Nth(point));
    }

    /** A fault of a recovery: no process dies, since then there is nothing to recover. */
    static Fault ofRecovery(SplittableRandom random) {
        Kind[] kinds = {
            Kind.CUT_MAIN,
            Kind.CUT_MAIN_AT_BYTE,
            Kind.CUT_RETURN_PATH,
            Kind.CUT_PREEMPT,
            Kind.STALL_MAIN,
            Kind.STALL_RETURN_PATH,
            Kind.HALF_OPEN,
            Kind.LEASE_FULL,
            Kind.LEASE_VANISHES
        };
        return new Fault(Scenario.oneOf(random, kinds), random.nextInt(20));
    }

    static Fault random(SplittableRandom random) {
        return new Fault(Scenario.oneOf(random, Kind.values()), random.nextInt(LATEST_POINT));
    }

    /** For example {@code CUT_MAIN@source:package-sent:1+0}, which {@link #parse} reads. */
    @Override
    public String toString() {
        return kind + "@" + moment;
    }

    /** The fault of a text that {@link #toString} gave. */
    public static Fault parse(String text) {
        String[] parts = text.split("@", 2);
        return new Fault(Kind.valueOf(parts[0]), Moment.parse(parts[1]));
    }
}
