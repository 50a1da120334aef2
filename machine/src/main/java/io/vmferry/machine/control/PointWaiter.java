package io.vmferry.machine.control;

/** Waits for a point. */
public interface PointWaiter {

    /**
     * The wait is over. Called once, on the loop of the process, before whatever follows from the
     * point.
     *
     * @param reached false when it took too long
     */
    void over(long id, boolean reached);

    /** Whether nobody would hear of it any more. */
    boolean gone();
}
