package io.vmferry.machine.paging;

import io.vmferry.machine.memory.RamBlock;
import java.util.OptionalInt;

/**
 * A page fault: an access to a page that has not arrived.
 *
 * @param page number of the page in its block
 * @param vcpu the vCPU that waits for it; empty for a device or a monitor command
 * @param sinceNanos when it was touched, by the engine's clock
 * @param goOn runs once the page is there, on the engine's loop
 */
public record PageFault(
        RamBlock block, long page, OptionalInt vcpu, long sinceNanos, Runnable goOn) {

    /** Where faults are reported. Called on the thread that touched the page. */
    @FunctionalInterface
    public interface PageFaultHandler {

        /** Requests the page. Must not block. */
        void missing(PageFault fault);
    }
}
