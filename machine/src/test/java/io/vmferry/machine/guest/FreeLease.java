package io.vmferry.machine.guest;

import io.vmferry.machine.lease.Lease;

/** A lease that somebody else may hold. */
public final class FreeLease implements Lease {

    public boolean elsewhere;
    private boolean held;

    @Override
    public boolean take() {
        held |= !elsewhere;
        return held;
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
        return "lease of the test";
    }
}
