package io.vmferry.machine.telemetry;

import java.util.function.Consumer;

/** A probe for readers that want each point as a value. */
record ReadingProbe(Consumer<ProtocolPoint> reader) implements Probe {

    @Override
    public <A> void reached(PointName<A> name, A argument) {
        reader.accept(new ProtocolPoint(name, argument));
    }
}
