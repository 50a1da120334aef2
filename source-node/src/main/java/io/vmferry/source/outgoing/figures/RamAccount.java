package io.vmferry.source.outgoing.figures;

import io.vmferry.machine.guest.RunControl;
import io.vmferry.protocol.status.MigrationState;

/** Attributes bytes of RAM to what the guest was doing when they were sent. */
public record RamAccount(OutgoingCounters counters, RunControl guest, MigrationState state) {

    public void sent(long bytes) {
        if (guest.state().live()) {
            counters.precopyBytes += bytes;
        } else if (state.get().inPostcopy()) {
            counters.postcopyBytes += bytes;
        } else {
            counters.downtimeBytes += bytes;
        }
    }
}
