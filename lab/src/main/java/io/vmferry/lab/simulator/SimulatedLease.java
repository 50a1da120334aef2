package io.vmferry.lab.simulator;

import io.vmferry.machine.lease.Lease;
import java.util.Optional;

/** A disk that all hosts of a simulation can reach; a dead host holds nothing. */
final class SimulatedLease {

    private Optional<SimulatedHost> owner = Optional.empty();

    /** The lease as one host sees it. */
    Lease of(SimulatedHost host) {
        return new Lease() {
            @Override
            public boolean take() {
                if (owner.isEmpty() || !owner.get().alive()) {
                    owner = Optional.of(host);
                }
                return held();
            }

            @Override
            public void giveUp() {
                if (held()) {
                    owner = Optional.empty();
                }
            }

            @Override
            public boolean held() {
                return owner.isPresent() && owner.get() == host;
            }

            @Override
            public String description() {
                return "the simulated lease";
            }
        };
    }
}
