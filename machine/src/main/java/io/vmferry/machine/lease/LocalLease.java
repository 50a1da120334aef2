package io.vmferry.machine.lease;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import java.util.function.Consumer;

/**
 * A lease of this process alone, always granted. Used when no shared file is given; where it would
 * have decided, the verdict warns of that, since two nodes could then run one guest.
 */
public final class LocalLease implements Lease {

    private boolean held;

    @Override
    public void take(Consumer<Taking> done) {
        held = true;
        done.accept(new Taking.Ours());
    }

    @Override
    public void giveUp(Runnable done) {
        held = false;
        done.run();
    }

    @Override
    public void putBack(Runnable done) {
        giveUp(done);
    }

    @Override
    public boolean held() {
        return held;
    }

    @Override
    public void look(Consumer<LeaseStatus> done) {
        done.accept(LeaseStatus.UNKNOWN);
    }

    @Override
    public void whenLost(Consumer<String> action) {
        // no other node can take it
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public String description() {
        return "the lease of this process alone (no --lease FILE)";
    }
}
