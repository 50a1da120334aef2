package io.vmferry.source;

import io.vmferry.machine.lease.Lease;

/** A lease of which a test says where it is. */
final class KnownLease implements Lease {

    Whereabouts whereabouts;

    KnownLease(Whereabouts whereabouts) {
        this.whereabouts = whereabouts;
    }

    @Override
    public Whereabouts whereabouts() {
        return whereabouts;
    }

    @Override
    public boolean take() {
        return false;
    }

    @Override
    public void giveUp() {
        // it is elsewhere already
    }

    @Override
    public boolean held() {
        return false;
    }

    @Override
    public String description() {
        return "L";
    }
}
