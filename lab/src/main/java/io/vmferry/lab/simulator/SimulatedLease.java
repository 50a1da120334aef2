package io.vmferry.lab.simulator;

import io.vmferry.machine.lease.Lease;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A disk that all hosts of a simulation can reach; a dead host holds nothing. */
final class SimulatedLease {

    private Optional<SimulatedHost> owner = Optional.empty();
    private Optional<SimulatedHost> lastOwner = Optional.empty();

    private final Set<SimulatedHost> owners = new HashSet<>();

    /** Whether a host has ever had it. */
    boolean wasTakenBy(SimulatedHost host) {
        return owners.contains(host);
    }

    /** The lease as one host sees it. */
    Lease of(SimulatedHost host) {
        return new Lease() {

            private boolean hadIt;
            private boolean passedOn;

            @Override
            public boolean take() {
                if (!held() && (owner.isEmpty() || !owner.get().alive())) {
                    passedOn = hadIt && lastOwner.orElseThrow() != host;
                    hadIt = true;
                    owner = Optional.of(host);
                    lastOwner = owner;
                    owners.add(host);
                }
                return held();
            }

            @Override
            public boolean passedOn() {
                return passedOn;
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
