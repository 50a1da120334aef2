package io.vmferry.lab.mutants;

import static io.vmferry.lab.simulator.Invariant.BANDWIDTH;
import static io.vmferry.lab.simulator.Invariant.FIGURES;
import static io.vmferry.lab.simulator.Invariant.MEMORY;
import static io.vmferry.lab.simulator.Invariant.REST;
import static io.vmferry.lab.simulator.Invariant.STEPS;
import static io.vmferry.lab.simulator.Invariant.WIRE;

import java.util.List;

/** Mutants of precopy: lost and stale pages, bandwidth and figures, and the steps of vCPUs. */
final class MemoryMutants {

    private static final MutatedMethod BLOCK =
            new MutatedMethod("machine.memory.RamBlock", "stored");
    private static final MutatedMethod WILL_STORE =
            new MutatedMethod("machine.memory.RamBlock", "willStore");
    private static final MutatedMethod STEP = new MutatedMethod("machine.vcpu.Vcpu", "overwrite");
    private static final MutatedMethod SAVE = new MutatedMethod("machine.vcpu.Vcpu", "save");
    private static final MutatedMethod MERGE = outgoing("ram.DirtyBitmap", "mergeAndClear");
    private static final MutatedMethod WRITE_PAGE = outgoing("ram.RecordOutput", "write");
    private static final MutatedMethod WINDOW = outgoing("figures.BandwidthWindow", "restart");

    private MemoryMutants() {}

    static MutatedMethod outgoing(String className, String method) {
        return new MutatedMethod("source.outgoing." + className, method);
    }

    static MutatedMethod incoming(String className, String method) {
        return new MutatedMethod("dest.incoming." + className, method);
    }

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                            "dirty-bit-not-set",
                            "a store is not logged",
                            MEMORY,
                            BLOCK.without("PageBitmap.set#1/2")),
                    Mutant.of(
                            "dirty-bit-before-store",
                            "a store is logged before it is made",
                            MEMORY,
                            STEP.calling("markThenStore", "RamBlock.willStore"),
                            STEP.without("RamBlock.stored")),
                    Mutant.of(
                            "store-not-announced",
                            "a page with data is sent as a zero page",
                            MEMORY,
                            WILL_STORE.without("PageBitmap.setSticky")),
                    Mutant.of(
                            "harvest-in-two-steps",
                            "a store between reading and clearing the dirty log is lost",
                            MEMORY,
                            MERGE.calling("lookThenEmpty", "PageBitmap.takeWord")),
                    Mutant.of(
                            "harvest-loses-half",
                            "half of each word of the dirty log is lost",
                            MEMORY,
                            MERGE.calling("takeLowerHalf", "PageBitmap.takeWord")),
                    Mutant.of(
                            "dirty-bit-cleared-after-copy",
                            "a store during the copy of its page is lost",
                            MEMORY,
                            WRITE_PAGE.calling("copyThenClear", "RamBlock.copyPage")),
                    Mutant.of(
                                    "dirty-count-not-lowered",
                                    "pages that were sent still count",
                                    FIGURES,
                                    outgoing("ram.DirtyBitmap", "clear")
                                            .keeping("DirtyBitmap.dirty"))
                            .seenIn("quiet:6"),
                    Mutant.of(
                            "page-one-too-far",
                            "a page is sent as the one after it",
                            MEMORY,
                            WRITE_PAGE.shifting("RecordOutput.begin", 1)),
                    Mutant.of(
                            "delta-not-kept",
                            "the cache of xbzrle keeps what was sent before a delta",
                            MEMORY,
                            outgoing("ram.XbzrleOutput", "writeCached")
                                    .without("XbzrleOutput.keep")),
                    Mutant.of(
                            "no-last-sync",
                            "what was stored since the last pass is not sent",
                            MEMORY,
                            outgoing("phase.SwitchoverPhase", "enterNext")
                                    .without("DirtySync.run")),
                    Mutant.of(
                            "last-pages-cut-off",
                            "RAM counts as complete before it is",
                            WIRE,
                            outgoing("phase.Pieces$EndPiece", "write")
                                    .yielding("OutgoingSection.complete", 1)),
                    Mutant.of(
                            "no-bandwidth-limit",
                            "the limit is never checked",
                            BANDWIDTH,
                            outgoing("figures.BandwidthWindow", "allowanceBytes")
                                    .returning(Integer.MAX_VALUE)),
                    Mutant.of(
                            "limit-per-second-in-a-window",
                            "a window gets the allowance of a second",
                            BANDWIDTH,
                            outgoing("figures.BandwidthWindow", "limit").using(1, 10)),
                    Mutant.of(
                            "window-time-not-reset",
                            "each check begins a new window",
                            BANDWIDTH,
                            WINDOW.keeping("BandwidthWindow.startNanos")),
                    Mutant.of(
                                    "window-bytes-not-reset",
                                    "the allowance of the first window is that of all",
                                    REST,
                                    WINDOW.keeping("BandwidthWindow.startBytes"))
                            .seenIn("recovery:0"),
                    Mutant.of(
                                    "snapshot-store-not-held",
                                    "a store goes ahead although a snapshot has not saved its page",
                                    MEMORY,
                                    new MutatedMethod("machine.paging.WriteProtection", "admit")
                                            .returning(1))
                            .seenIn("snapshot:0"),
                    Mutant.of(
                                    "snapshot-stores-stay-held",
                                    "the end of a snapshot leaves its pages protected",
                                    REST,
                                    outgoing("guest.SnapshotWrites", "end")
                                            .without("MemoryAccess.unprotect"))
                            .seenIn("snapshot:1"),
                    Mutant.of(
                            "bytes-off-by-one",
                            "each batch counts one byte more than it has",
                            FIGURES,
                            outgoing("channel.MainChannel", "send")
                                    .misreading("OutgoingCounters.transferredBytes", 1)),
                    Mutant.of(
                            "pages-counted-twice",
                            "a page counts two",
                            FIGURES,
                            outgoing("ram.RecordOutput", "begin")
                                    .misreading("RecordOutput$PageCounts.normalPages", 1)),
                    Mutant.of(
                            "requests-not-counted",
                            "page requests do not count",
                            FIGURES,
                            outgoing("channel.Answers", "pagesRequested")
                                    .keeping("OutgoingCounters.pageRequests")),
                    Mutant.of(
                            "step-executed-twice",
                            "the state says one step less than was executed",
                            STEPS,
                            SAVE.misreading("Vcpu.steps", -1)),
                    Mutant.of(
                            "step-left-out",
                            "the state says one step more than was executed",
                            STEPS,
                            SAVE.misreading("Vcpu.steps", 1)));
}
