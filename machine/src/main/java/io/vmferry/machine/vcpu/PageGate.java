package io.vmferry.machine.vcpu;

/**
 * The check before a vCPU touches a page: a page that has arrived is verified before it is
 * overwritten, and a missing one makes the vCPU wait.
 */
@FunctionalInterface
public interface PageGate {
    /** Lets every access pass. */
    PageGate OPEN = _ -> true;

    /**
     * Called on the thread that drives the vCPU, with the guest-wide page number. False makes the
     * vCPU return before the step; the driver runs it again when the page may be touched.
     */
    boolean admit(long page);
}
