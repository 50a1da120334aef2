package io.vmferry.machine.telemetry;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one port to which engines report that they have reached a protocol point. Nothing is made of
 * name and argument unless a probe reads them: some points are reached for every page.
 */
public interface Probe {

    /** A probe without a listener. */
    Probe NONE =
            new Probe() {
                @Override
                public <A> void reached(PointName<A> name, @Nullable A argument) {
                    // no listener
                }

                @Override
                public Probe and(Probe other) {
                    return other;
                }
            };

    /** Called on the engine's loop, before the engine goes on: a device, a value, a pass. */
    <A> void reached(PointName<A> name, @Nullable A argument);

    /** Reports a point without an argument. */
    default void reached(PointName<Void> name) {
        reached(name, null);
    }

    /** Both probes, this one first. */
    default Probe and(Probe other) {
        return new BothProbes(this, other);
    }

    /** A probe that reads every point as a value. */
    static Probe of(Consumer<ProtocolPoint> reader) {
        return new ReadingProbe(reader);
    }

    /** A probe for readers that want each point as a value. */
    record ReadingProbe(Consumer<ProtocolPoint> reader) implements Probe {

        @Override
        public <A> void reached(PointName<A> name, @Nullable A argument) {
            reader.accept(new ProtocolPoint(name, argument));
        }
    }

    /** Two probes, of which the first is called first. */
    record BothProbes(Probe first, Probe second) implements Probe {

        @Override
        public <A> void reached(PointName<A> name, @Nullable A argument) {
            first.reached(name, argument);
            second.reached(name, argument);
        }
    }
}
