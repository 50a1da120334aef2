package io.vmferry.dest.incoming.postcopy;

import io.vmferry.dest.incoming.ram.Blocktime;
import io.vmferry.dest.incoming.ram.Blocktime.BlocktimeFigures;
import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.dest.incoming.ram.PageRequests;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.paging.PageFault;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The missing pages from POSTCOPY_LISTEN on: accesses wait for them, the source is asked. */
public final class MissingPages {

    private final Guest guest;
    private final EngineLoop loop;
    private final IncomingRam ram;
    private final PageInput mainPages;
    private final RamRules rules;
    private final Probe probe;
    private final Blocktime blocktime;
    private Optional<PageRequests> requests = Optional.empty();

    /**
     * @param mainPages the pages of the main channel
     */
    public MissingPages(
            Guest guest,
            EngineLoop loop,
            IncomingRam ram,
            PageInput mainPages,
            RamRules rules,
            Probe probe) {
        this.guest = guest;
        this.loop = loop;
        this.ram = ram;
        this.mainPages = mainPages;
        this.rules = rules;
        this.probe = probe;
        this.blocktime = new Blocktime(guest.memory().vcpuCount(), loop::nanoTime);
    }

    /**
     * Starts to request pages: the discards contain what the last dirty sync has found.
     *
     * @param ask sends a request to the source; false without a return path
     * @param over whether nothing is to be placed any more
     * @param placed runs when a host page is there, which may have been the last one
     */
    public void demand(Predicate<ReturnPathMessage> ask, BooleanSupplier over, Runnable placed) {
        PageRequests next = new PageRequests(ask, over, placed, blocktime, probe);
        requests = Optional.of(next);
        ram.synchronised();
        mainPages.enterPostcopy(next);
        guest.memory().demand(loop::nanoTime, fault -> missing(next, fault));
    }

    /** Handles a page fault on the thread of the access: a vCPU's, or the loop. */
    private void missing(PageRequests to, PageFault fault) {
        if (fault.vcpu().isPresent()) {
            loop.execute(() -> to.fault(fault));
        } else {
            // at once: the loop may have much to read before a posted task
            to.fault(fault);
        }
    }

    /** Creates the input of a preempt channel, once pages are requested. */
    public Optional<PageInput> preemptPages() {
        return requests.map(waiting -> {
            PageInput input = new PageInput(ram, rules);
            input.enterPostcopy(waiting);
            return input;
        });
    }

    /** Requests sent so far. */
    public long sent() {
        return requests.map(PageRequests::sent).orElse(0L);
    }

    /** Pages asked for that have not come. */
    public int outstanding() {
        return requests.map(PageRequests::outstanding).orElse(0);
    }

    /** How long accesses have waited. */
    public BlocktimeFigures blocktime() {
        return blocktime.figures();
    }

    /** Stops to request pages, since the channels broke; the guest runs on. */
    public void pause() {
        mainPages.dropPartialHostPage();
        requests.ifPresent(PageRequests::hold);
    }

    /** Prepares for new channels: the first record of the main channel names its block. */
    public void expectNewChannels() {
        mainPages.forgetBlock();
    }

    /** Requests the awaited pages again, after a recovery. */
    public void resume() {
        requests.ifPresent(PageRequests::resend);
    }

    /** Ends all waits, with or without success: pages that have not arrived are zeros. */
    public void abandon() {
        guest.ram().blocks().forEach(RamBlock::zeroMissing);
        guest.memory().complete();
        requests.ifPresent(PageRequests::abandon);
    }
}
