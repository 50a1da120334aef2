package io.vmferry.machine.vcpu;

/**
 * Asked by a vCPU before it touches a page. The place where a check of arrived memory looks at a
 * page before it is overwritten, and where a page that has not arrived yet makes the vCPU wait.
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
