package io.vmferry.dest.incoming.postcopy;

import io.vmferry.dest.incoming.ram.Blocktime;
import io.vmferry.dest.incoming.ram.BlocktimeFigures;
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

/**
 * The pages that are missing from POSTCOPY_LISTEN on: whoever needs one waits, and the source is
 * asked for it. Nothing is missing before.
 */
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
     * Pages are asked for from now on: the discards have told what the last dirty sync has found.
     *
     * @param ask sends a request to the source; false where there is no way to it
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

    /** On the thread that found the page missing: a vCPU's, or else the loop's own. */
    private void missing(PageRequests to, PageFault fault) {
        if (fault.vcpu().isPresent()) {
            loop.execute(() -> to.fault(fault));
        } else {
            // at once: the turn may have much to read before it comes to what was posted
            to.fault(fault);
        }
    }

    /** The pages of a preempt channel, where pages are asked for. */
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

    /** How long whoever needed a page has waited. */
    public BlocktimeFigures blocktime() {
        return blocktime.figures();
    }

    /** The channels are gone, the guest runs on with what it has. */
    public void pause() {
        mainPages.dropPartialHostPage();
        requests.ifPresent(PageRequests::hold);
    }

    /** A source has come back: the first record of its main channel names its block. */
    public void expectNewChannels() {
        mainPages.forgetBlock();
    }

    /** Pages come again: what is waited for is asked for once more. */
    public void resume() {
        requests.ifPresent(PageRequests::resend);
    }

    /** Nothing more will come, with or without success: what has not come is zeros. */
    public void abandon() {
        guest.ram().blocks().forEach(RamBlock::zeroMissing);
        guest.memory().complete();
        requests.ifPresent(PageRequests::abandon);
    }
}
