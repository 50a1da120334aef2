package io.vmferry.machine.fault;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.Side;
import java.util.Optional;
import java.util.Set;

/** A line of a fault plan whose place and action exist at the side that it is for. */
record PlannedFault(FaultSpec spec, Trigger trigger, FaultAction action) {

    private static final Set<PointName<?>> DEVICE_POINTS =
            Set.of(PointName.DEVICE_LOAD_STARTED, PointName.DEVICE_SAVE_STARTED);

    static PlannedFault parse(String text, Side side) {
        FaultSpec spec = FaultSpec.parse(text);
        try {
            Trigger trigger = new TriggerChoice(side).of(spec.where());
            Optional<FaultChannel> meant =
                    trigger instanceof Trigger.AtByte at
                            ? Optional.of(FaultChannel.of(at.channel()))
                            : Optional.empty();
            FaultAction action =
                    FaultActionKind.action(spec.what(), FaultHost.NODE, DefaultChannels.of(meant));
            if (action instanceof FaultAction.Fail) {
                requireDevice(trigger);
            }
            if (action instanceof FaultAction.Bug) {
                requirePoint(trigger);
            }
            return new PlannedFault(spec, trigger, action);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Fault '%s': %s".formatted(text, e.getMessage()), e);
        }
    }

    /** Only at a point the engine's own code is under way, whose stack the throwable unwinds. */
    private static void requirePoint(Trigger trigger) {
        boolean fits =
                trigger instanceof Trigger.AtPoint at
                        && at.percent().isEmpty()
                        && at.delayNanos() == 0;
        if (!fits) {
            throw new IllegalArgumentException("bug stands at a protocol point, without @ and +");
        }
    }

    /** What a device has read or written is right or wrong in the end, not half-way. */
    private static void requireDevice(Trigger trigger) {
        boolean fits =
                trigger instanceof Trigger.AtPoint at
                        && DEVICE_POINTS.contains(at.name())
                        && at.percent().isEmpty()
                        && at.delayNanos() == 0;
        if (!fits) {
            throw new IllegalArgumentException(
                    "fail stands at device-load or device-save, without @ and +");
        }
    }
}
