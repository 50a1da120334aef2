package io.vmferry.machine.control;

import io.vmferry.machine.control.ControlledFault.FaultProgress;
import java.util.List;

/**
 * The faults, channels and points of a running process. Faults, channels and points have the names
 * of the fault language. All methods are called on the loop of the process and return at once.
 */
public interface Control {

    /** Limit of the faults that wait to be injected, so that a client cannot fill memory. */
    int MAX_WAITING_FAULTS = 256;

    /** How many faults that wait no longer are remembered. */
    int MAX_PAST_FAULTS = 256;

    /** The longest text of a fault or of a point. */
    int MAX_TEXT_CHARS = 1000;

    /** Limit of the waits for points. */
    int MAX_POINT_WAITS = 64;

    /** The longest wait for a point. */
    int MAX_WAIT_MILLIS = 3_600_000;

    /** The faults that wait, and the last ones that wait no longer, in the order of their ids. */
    List<ControlledFault> faults();

    /** The faults whose place has not been reached, as they were given. */
    default List<String> waitingFaults() {
        return faults().stream()
                .filter(fault -> fault.progress() == FaultProgress.WAITING)
                .map(ControlledFault::fault)
                .toList();
    }

    /**
     * Plans a fault.
     *
     * @param fault {@code WHERE:WHAT}
     * @param fromNow whether ordinals and times count from now, not from the start of the process
     * @return its id
     * @throws RefusedException when there is no such fault, or its place has passed
     */
    long addFault(String fault, boolean fromNow) throws RefusedException;

    /**
     * Forgets a fault.
     *
     * @throws RefusedException when it does not wait
     */
    void removeFault(long id) throws RefusedException;

    /** The connections that are open. */
    List<ControlledChannel> channels();

    /**
     * Cuts the connections that carry a channel now.
     *
     * @param channel main, return-path, preempt, stream or all
     * @throws RefusedException when there is none
     */
    void cut(String channel, CutKind kind) throws RefusedException;

    /**
     * Lets the connections of a channel carry everything at once again: ends black holes, stalls,
     * delays and throttles.
     *
     * @throws RefusedException when there is none
     */
    void restore(String channel) throws RefusedException;

    /** How often each point has been reached since the start of the process, without zeros. */
    List<PointCount> points();

    /**
     * Waits for a point.
     *
     * @param point {@code NAME[(ARGUMENT)][#ORDINAL]}
     * @param fromNow whether the ordinal counts from now
     * @param limitMillis how long to wait, up to {@link #MAX_WAIT_MILLIS}
     * @param waiter notified later, unless the point has been reached already
     * @throws RefusedException when there is no such point, or too many wait
     */
    PointWait await(String point, boolean fromNow, long limitMillis, PointWaiter waiter)
            throws RefusedException;
}
