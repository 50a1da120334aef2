package io.vmferry.machine.lease;

import java.util.function.Consumer;

/**
 * A lease that nobody else can see: always granted, at once. Used when no shared file is given; the
 * log must say so, because nothing then keeps two nodes from running one guest.
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
        // nobody else can take it
    }

    @Override
    public String description() {
        return "local lease, not shared with the other node";
    }
}
