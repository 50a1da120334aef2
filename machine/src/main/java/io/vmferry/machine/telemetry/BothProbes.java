package io.vmferry.machine.telemetry;

/** Two probes, of which the first is called first. */
record BothProbes(Probe first, Probe second) implements Probe {

    @Override
    public <A> void reached(PointName<A> name, A argument) {
        first.reached(name, argument);
        second.reached(name, argument);
    }
}
