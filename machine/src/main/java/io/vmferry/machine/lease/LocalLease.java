package io.vmferry.machine.lease;

/**
 * A lease that nobody else can see: always granted. Used when no shared file is given; the log must
 * say so, because nothing then keeps two nodes from running one guest.
 */
public final class LocalLease implements Lease {

    private boolean held;

    @Override
    public boolean take() {
        held = true;
        return true;
    }

    @Override
    public void giveUp() {
        held = false;
    }

    @Override
    public boolean held() {
        return held;
    }

    @Override
    public String description() {
        return "local lease, not shared with the other node";
    }
}
