package io.vmferry.machine.paging;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.vcpu.PageGate;
import io.vmferry.machine.vcpu.VcpuRunner;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The gate between the guest's pages and its vCPUs or monitor commands: it waits for pages that are
 * missing, then checks those that have arrived; stores wait for pages that are to be saved first.
 * Open at first.
 *
 * <p>Switched by the engine, asked by any thread.
 */
public final class MemoryAccess implements PageGate {

    /** How many ranges can be waited for at a time: their pages may never come. */
    public static final int MAX_WAITING = 16;

    private final GuestRam ram;
    private final int vcpuCount;
    private final VcpuRunner vcpus;
    private final FaultLatency latency;

    /** Null while, and as soon as, all memory is here. */
    private volatile @Nullable DemandPaging paging;

    private volatile PageGate check = PageGate.OPEN;

    /** Null unless pages are to be saved before they are stored to. */
    private volatile @Nullable WriteProtection protection;

    /** Confined to the engine's loop. */
    private int rangesWaiting;

    /**
     * @param vcpuCount how many vCPUs share the pages, page by page in turn
     */
    public MemoryAccess(GuestRam ram, int vcpuCount, VcpuRunner vcpus) {
        this.ram = ram;
        this.vcpuCount = vcpuCount;
        this.vcpus = vcpus;
        this.latency = new FaultLatency(vcpuCount);
    }

    /** How many vCPUs the guest has. */
    public int vcpuCount() {
        return vcpuCount;
    }

    @Override
    public boolean admit(long guestPage) {
        DemandPaging here = paging;
        WriteProtection store = protection;
        return (here == null || here.admit(guestPage))
                && (store == null || store.admit(guestPage))
                && check.admit(guestPage);
    }

    /** Puts a check after the arrival of pages. */
    public void check(PageGate next) {
        check = next;
    }

    /**
     * From now on pages without a received bit are missing.
     *
     * @param clock the engine's, callable from any thread
     */
    public void demand(LongSupplier clock, PageFault.PageFaultHandler handler) {
        paging = new DemandPaging(ram, vcpuCount, vcpus, clock, handler, latency);
    }

    /** All memory is here, or what is not will never come and reads as zeros. */
    public void complete() {
        paging = null;
    }

    /**
     * From now on no page is stored to before {@link #release}. To be called while the vCPUs are
     * stopped.
     *
     * @param clock the engine's, callable from any thread
     * @param handler is told of stores that wait, on the thread of the vCPU
     */
    public void protect(LongSupplier clock, PageFault.PageFaultHandler handler) {
        protection = new WriteProtection(ram, vcpuCount, vcpus, clock, handler);
    }

    /** Allows stores to a page again, whose content has been copied. */
    public void release(RamBlock block, long page) {
        WriteProtection here = protection;
        if (here != null) {
            here.release(block, page);
        }
    }

    /** Whether a page may be stored to. */
    public boolean released(RamBlock block, long page) {
        WriteProtection here = protection;
        return here == null || here.released(block, page);
    }

    /** Allows stores to all pages again. */
    public void unprotect() {
        protection = null;
    }

    /**
     * Asks for a page if it is missing. To be called on the engine's loop.
     *
     * @param there runs on the engine's loop once the page is there
     * @return false when it is there already, and nothing will run
     */
    public boolean fetch(RamBlock block, long page, Runnable there) {
        DemandPaging here = paging;
        return here != null && here.fetch(block, page, there);
    }

    /**
     * Requests all missing pages of a range of guest memory, one after the other; the part outside
     * of memory is ignored. To be called on the engine's loop.
     *
     * @param there runs once all are there: at once, or on the engine's loop
     * @return false when {@link #MAX_WAITING} ranges wait already, and nothing will run
     */
    public boolean fetchRange(long addressBytes, long lengthBytes, Runnable there) {
        if (rangesWaiting >= MAX_WAITING) {
            return false;
        }
        rangesWaiting++;
        fetchRest(
                addressBytes,
                lengthBytes,
                () -> {
                    rangesWaiting--;
                    there.run();
                });
        return true;
    }

    private void fetchRest(long addressBytes, long lengthBytes, Runnable there) {
        long end = Math.min(addressBytes + lengthBytes, ram.totalBytes());
        long guestPage = Math.max(0, addressBytes) >>> RamBlock.PAGE_SHIFT;
        while (paging != null && guestPage << RamBlock.PAGE_SHIFT < end) {
            RamBlock block = ram.blockOfPage(guestPage);
            long missing = block.received().nextClear(guestPage - block.firstPage());
            guestPage = block.firstPage() + missing;
            long next = guestPage;
            if (missing < block.pageCount()
                    && next << RamBlock.PAGE_SHIFT < end
                    && fetch(
                            block,
                            missing,
                            () ->
                                    fetchRest(
                                            next << RamBlock.PAGE_SHIFT,
                                            end - (next << RamBlock.PAGE_SHIFT),
                                            there))) {
                return;
            }
        }
        there.run();
    }

    /** How long vCPUs waited for pages, from the access to their going on. */
    public FaultLatency latency() {
        return latency;
    }
}
