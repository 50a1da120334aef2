package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.InjectedBug;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import java.util.Optional;
import java.util.SplittableRandom;

/** A fault of a simulation and its moment. */
public record Fault(FaultKind kind, Moment moment) {

    /** No fault. */
    public static final Fault NONE = new Fault(FaultKind.NONE, 0);

    private static final int LATEST_POINT = 60;

    /** The kinds of faults. */
    public enum FaultKind {
        /** No fault. */
        NONE(Damage.NOTHING),

        /** The source's process dies. */
        KILL_SOURCE(Damage.SOURCE_DIES),

        /** The destination's process dies. */
        KILL_DESTINATION(Damage.DESTINATION_DIES),

        /** The main channel is cut. */
        CUT_MAIN(NetworkFaults.cut(ChannelRole.MAIN)),

        /** The main channel is cut after a number of bytes. */
        CUT_MAIN_AT_BYTE(Damage.CHANNEL_LOST),

        /** The main channel is cut within the next bytes. */
        CUT_MAIN_AMONG_BYTES(Damage.CHANNEL_LOST),

        /** The return path is cut. */
        CUT_RETURN_PATH(NetworkFaults.cut(ChannelRole.RETURN_PATH)),

        /** The preempt channel is cut. */
        CUT_PREEMPT(NetworkFaults.cut(ChannelRole.PREEMPT)),

        /** The main channel carries nothing for a while. */
        STALL_MAIN(NetworkFaults.stall(ChannelRole.MAIN)),

        /** The return path carries nothing for a while. */
        STALL_RETURN_PATH(NetworkFaults.stall(ChannelRole.RETURN_PATH)),

        /** The preempt channel carries nothing for a while. */
        STALL_PREEMPT(NetworkFaults.stall(ChannelRole.PREEMPT)),

        /** The network carries nothing any more, and only after a long time both ends notice. */
        HALF_OPEN(new FaultAction.Blackhole(FaultChannel.ALL)),

        /** A device of the destination rejects its state when it is loaded. */
        DEVICE_LOAD_ERROR(Damage.DEVICE_REFUSES),

        /** The user cancels. */
        CANCEL(Damage.CANCELLED),

        /** The lease cannot be written for a while. */
        LEASE_FULL(Damage.LEASE_UNUSABLE),

        /** The lease is deleted. */
        LEASE_VANISHES(Damage.NOTHING),

        /** An outsider replaces the lease and holds it for a while. */
        LEASE_FORCED(Damage.LEASE_LOST),

        /** The engine that reaches the point throws an exception there. */
        EXCEPTION(new FaultAction.ThrowBug(InjectedBug.Type.EXCEPTION)),

        /** The engine that reaches the point throws an error there. */
        ERROR(new FaultAction.ThrowBug(InjectedBug.Type.ERROR));

        private final Damage damage;

        @SuppressWarnings("ImmutableEnumChecker") // a record
        private final Optional<FaultAction> action;

        /** An action of fault plans says itself what it does. */
        FaultKind(FaultAction action) {
            this.damage = Damage.NOTHING;
            this.action = Optional.of(action);
        }

        FaultKind(Damage damage) {
            this.damage = damage;
            this.action = Optional.empty();
        }

        /** The action of fault plans that it is; empty when no plan can do it. */
        Optional<FaultAction> action() {
            return action;
        }

        /** The damage that it does at a side. */
        Damage damage(Side side) {
            return action.map(what -> Damage.of(what.kind(), side)).orElse(damage);
        }

        /** Whether it is a fault of the lease. */
        boolean ofLease() {
            return this == LEASE_FULL || this == LEASE_VANISHES || this == LEASE_FORCED;
        }

        /** The bug that an engine throws; empty for a fault from outside. */
        Optional<InjectedBug.Type> bug() {
            return action.flatMap(FaultAction::bug);
        }
    }

    /** The damage of a fault to a migration that has not ended. */
    enum Damage {
        /** None; it may take longer. */
        NOTHING,

        /** A channel is lost. */
        CHANNEL_LOST,

        /** The process of the source has ended. */
        SOURCE_DIES,

        /** The process of the destination has ended. */
        DESTINATION_DIES,

        /** The destination cannot load the guest. */
        DEVICE_REFUSES,

        /** The migration was cancelled. */
        CANCELLED,

        /** The lease of the guest's disks cannot be taken for a while. */
        LEASE_UNUSABLE,

        /** An outsider holds the lease of the guest's disks, so that neither side may run it. */
        LEASE_LOST,

        /** The engine of the source has thrown. */
        SOURCE_BUG,

        /** The engine of the destination has thrown. */
        DESTINATION_BUG,

        /** Bytes are changed between the sides: any outcome is possible. */
        GARBLED;

        /** The damage of a planned action that had an effect at one side. */
        static Damage of(FaultActionKind action, Side side) {
            return switch (action) {
                case KILL, EXIT -> side == Side.SOURCE ? SOURCE_DIES : DESTINATION_DIES;
                case CLOSE, RESET, BLACKHOLE -> CHANNEL_LOST;
                case STALL, DELAY, THROTTLE, HOLD, REWORD, LAG, EVENT, HANG_UP -> NOTHING;
                case CORRUPT, DROP, SWAP -> GARBLED;
                case FAIL -> DEVICE_REFUSES;
                case BUG -> side == Side.SOURCE ? SOURCE_BUG : DESTINATION_BUG;
            };
        }
    }

    /** A fault at the n-th protocol point that either side reaches. */
    public Fault(FaultKind kind, int point) {
        this(kind, new Moment.Nth(point));
    }

    /** A fault of a recovery: no process dies, since then there is nothing to recover. */
    static Fault ofRecovery(SplittableRandom random) {
        FaultKind[] kinds = {
            FaultKind.CUT_MAIN,
            FaultKind.CUT_MAIN_AT_BYTE,
            FaultKind.CUT_MAIN_AMONG_BYTES,
            FaultKind.CUT_RETURN_PATH,
            FaultKind.CUT_PREEMPT,
            FaultKind.STALL_MAIN,
            FaultKind.STALL_RETURN_PATH,
            FaultKind.HALF_OPEN,
            FaultKind.LEASE_FULL,
            FaultKind.LEASE_VANISHES,
            FaultKind.EXCEPTION,
            FaultKind.ERROR
        };
        return new Fault(Scenario.oneOf(random, kinds), random.nextInt(20));
    }

    static Fault random(SplittableRandom random) {
        return new Fault(Scenario.oneOf(random, FaultKind.values()), random.nextInt(LATEST_POINT));
    }

    /** For example {@code CUT_MAIN@source:package-sent:1+0}, which {@link #parse} reads. */
    @Override
    public String toString() {
        return kind + "@" + moment;
    }

    /** The fault of a text that {@link #toString} gave. */
    public static Fault parse(String text) {
        String[] parts = text.split("@", 2);
        return new Fault(FaultKind.valueOf(parts[0]), Moment.parse(parts[1]));
    }
}
