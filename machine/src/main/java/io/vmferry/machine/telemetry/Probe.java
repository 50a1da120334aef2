package io.vmferry.machine.telemetry;

/** The one port to which engines report that they have reached a {@link ProtocolPoint}. */
@FunctionalInterface
public interface Probe {

    /** A probe that nobody listens to. */
    Probe NONE = point -> {};

    /** Called on the engine's loop, before the engine goes on. */
    void reached(ProtocolPoint point);

    /** Reports a point without an argument. */
    default void reached(PointName name) {
        reached(new ProtocolPoint(name, ""));
    }

    /** Reports a point with its argument: a device, a value, a pass. */
    default void reached(PointName name, Object argument) {
        reached(new ProtocolPoint(name, String.valueOf(argument)));
    }

    /** Both probes, this one first. */
    default Probe and(Probe other) {
        return point -> {
            reached(point);
            other.reached(point);
        };
    }
}
