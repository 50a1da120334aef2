package io.vmferry.lab.mutants;

import static io.vmferry.lab.mutants.MemoryMutants.incoming;
import static io.vmferry.lab.mutants.MemoryMutants.outgoing;
import static io.vmferry.lab.simulator.Invariant.ARRIVED;
import static io.vmferry.lab.simulator.Invariant.ASKED;
import static io.vmferry.lab.simulator.Invariant.MEMORY;
import static io.vmferry.lab.simulator.Invariant.REST;
import static io.vmferry.lab.simulator.Invariant.WIRE;

import java.util.List;

/** Mutants of postcopy: missing discards, pages that are waited for, and partial host pages. */
final class PostcopyMutants {

    private static final MutatedMethod REQUESTS = incoming("ram.PageRequests", "fault");

    private PostcopyMutants() {}

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                                    "no-sync-before-discards",
                                    "what was stored since the last pass is not discarded",
                                    MEMORY,
                                    outgoing("phase.PackagePhase", "discarded")
                                            .without("DirtySync.run"))
                            .seenIn("postcopy:103"),
                    Mutant.of(
                                    "discards-cut-off",
                                    "the discards after the first command are not sent",
                                    WIRE,
                                    outgoing("ram.DirtyRuns", "done").returning(1))
                            .seenIn("postcopy:143"),
                    Mutant.of(
                            "discard-one-page-short",
                            "the last page of a range is not discarded",
                            WIRE,
                            incoming("ram.IncomingRam", "discard")
                                    .shifting("RamBlock.discard", -1)),
                    Mutant.of(
                            "discard-ignored",
                            "ranges are read and nothing is discarded",
                            WIRE,
                            new MutatedMethod("machine.memory.RamBlock", "discard").returning(0)),
                    Mutant.of(
                            "host-page-in-parts",
                            "a host page ends with the batch",
                            WIRE,
                            outgoing("ram.PageScan", "give").reading("PageScan.wholeHostPages", 0)),
                    Mutant.of(
                                    "host-page-dirty-in-part",
                                    "only the pages of a host page that were stored to are sent",
                                    WIRE,
                                    outgoing("ram.UnsentPages", "completeHostPages").returning(0))
                            .seenIn("postcopy:70"),
                    Mutant.of(
                            "missing-page-admitted",
                            "a vCPU uses a page that has not arrived",
                            MEMORY,
                            new MutatedMethod("machine.paging.DemandPaging", "admit")
                                    .yielding("PageBitmap.get", 1)),
                    Mutant.of(
                            "page-not-published",
                            "a page that has arrived counts as missing",
                            REST,
                            incoming("ram.HostPageAssembly", "loaded").without("RamBlock.publish")),
                    Mutant.of(
                            "page-not-asked-for",
                            "the page that a vCPU waits for is not requested",
                            ASKED,
                            REQUESTS.without("PageRequests.request")),
                    Mutant.of(
                            "second-waiter-forgotten",
                            "a second vCPU that waits for a requested page is not woken",
                            ARRIVED,
                            REQUESTS.without("List.add")),
                    Mutant.of(
                            "vcpu-not-woken",
                            "a vCPU is not woken when its page has arrived",
                            ARRIVED,
                            new MutatedMethod("machine.paging.DemandPaging", "report")
                                    .without("VcpuRunner.wake")),
                    Mutant.of(
                                    "preempt-pages-not-awaited",
                                    "the end of the stream overtakes pages of the preempt channel",
                                    MEMORY,
                                    incoming("postcopy.PostcopyCompletion", "completeOnceAllIsHere")
                                            .without("MissingPages.outstanding"))
                            .seenIn("cell:preempt/source/package-loaded:stall(preempt,3s)/1"),
                    Mutant.of(
                            "device-load-not-awaited",
                            "the guest is started while a device is loaded",
                            ARRIVED,
                            incoming("stream.DeviceLoading", "holdFor").without("StreamHolds.hold"),
                            incoming("stream.DeviceLoading", "holdFor")
                                    .without("StreamHolds.release")),
                    Mutant.of(
                            "page-under-device-not-awaited",
                            "the guest is started while a device waits for a page",
                            ARRIVED,
                            incoming("stream.DeviceLoading", "readGuestMemory")
                                    .without("StreamHolds.hold"),
                            incoming("stream.DeviceLoading", "readGuestMemory")
                                    .without("StreamHolds.release")));
}
