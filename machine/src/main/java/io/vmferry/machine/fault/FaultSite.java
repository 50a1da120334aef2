package io.vmferry.machine.fault;

import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.Cancellable;
import java.util.List;

/**
 * Where the faults of a process are injected: what {@link FaultControl} needs of its host. Called
 * on the loop.
 *
 * @param <N> the names of what happens there
 */
public interface FaultSite<N> {

    /** The text of a name. */
    String text(N name);

    /** The time of a fault has come that counts from the start of the migration's channels. */
    void timeIsUp(PlannedFault<N> fault);

    /**
     * Injects a fault when so much has passed on a channel.
     *
     * @throws RefusedException when it has passed already
     */
    Cancellable watch(PlannedFault<N> fault, Trigger.AtByte<N> at) throws RefusedException;

    /** The connections that are open. */
    List<ControlledChannel> channels();

    /**
     * Cuts a channel.
     *
     * @return whether there was a connection
     */
    boolean cut(FaultChannel channel, CutKind kind);

    /**
     * Lets a channel carry everything at once again.
     *
     * @return whether there was a connection
     */
    boolean restore(FaultChannel channel);
}
