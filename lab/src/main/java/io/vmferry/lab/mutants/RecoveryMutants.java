package io.vmferry.lab.mutants;

import static io.vmferry.lab.mutants.MemoryMutants.incoming;
import static io.vmferry.lab.mutants.MemoryMutants.outgoing;
import static io.vmferry.lab.simulator.Invariant.ACKNOWLEDGED;
import static io.vmferry.lab.simulator.Invariant.ASKED;
import static io.vmferry.lab.simulator.Invariant.MEMORY;
import static io.vmferry.lab.simulator.Invariant.REST;
import static io.vmferry.lab.simulator.Invariant.SENT_ONCE;
import static io.vmferry.lab.simulator.Invariant.WIRE;

import java.util.List;

/**
 * Mutants of recovery: breaks that are not noticed, wrong bitmaps, and state that is lost or kept
 * wrongly.
 */
final class RecoveryMutants {

    private static final MutatedMethod COMPLEMENT = outgoing("ram.DirtyBitmap", "complement");
    private static final MutatedMethod RESEND = incoming("ram.PageRequests", "resend");

    private RecoveryMutants() {}

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                            "complement-inverted",
                            "what was received is sent again, and nothing else",
                            WIRE,
                            COMPLEMENT.calling("inverted", "ReceivedBitmap.word")),
                    Mutant.of(
                            "complement-off-by-a-word",
                            "each word of the received bitmap is used as the one before",
                            WIRE,
                            COMPLEMENT.calling("nextWord", "ReceivedBitmap.word")),
                    Mutant.of(
                            "complement-left-out",
                            "pages in transit when the channels broke are not sent again",
                            MEMORY,
                            outgoing("channel.RecoveryHandshake", "bitmap")
                                    .without("UnsentPages.recover")),
                    Mutant.of(
                            "complement-of-nothing",
                            "all pages are sent again",
                            SENT_ONCE,
                            COMPLEMENT.yielding("ReceivedBitmap.word", 0)),
                    Mutant.of(
                            "acknowledgement-not-awaited",
                            "pages are sent before the destination has acknowledged",
                            ACKNOWLEDGED,
                            outgoing("phase.RecoveryPhase", "awaitAcknowledgement")
                                    .yielding("RecoveryHandshake.acknowledged", 1)),
                    Mutant.of(
                            "resume-not-acknowledged",
                            "the destination does not acknowledge the recovery",
                            REST,
                            incoming("recovery.IncomingRecovery", "resume")
                                    .without("IncomingChannels.send")),
                    Mutant.of(
                            "scan-not-restarted",
                            "the first page of new channels does not name its block",
                            WIRE,
                            outgoing("phase.RecoveryPhase", "awaitBitmaps")
                                    .without("OutgoingSection$RamSection.restart")),
                    Mutant.of(
                                    "partial-host-page-kept",
                                    "a partial host page is kept after a break",
                                    WIRE,
                                    incoming("postcopy.MissingPages", "pause")
                                            .without("PageInput.dropPartialHostPage"))
                            .seenIn("recovery:184"),
                    Mutant.of(
                            "requests-not-sent-again",
                            "pages requested before a break are not requested again",
                            ASKED,
                            RESEND.without("Collection.forEach")),
                    Mutant.of(
                            "requests-held-for-ever",
                            "after a break no page is requested any more",
                            ASKED,
                            RESEND.keeping("PageRequests.held")),
                    Mutant.of(
                            "block-name-not-repeated",
                            "the first request of new channels does not name its block",
                            WIRE,
                            RESEND.keeping("PageRequests.lastBlock")),
                    Mutant.of(
                            "return-path-forgotten",
                            "answers are sent on the main channel even if a return-path connection was announced",
                            REST,
                            incoming("channel.IncomingChannels", "openReturnPath")
                                    .yielding("Optional.isEmpty", 1)),
                    Mutant.of(
                            "silent-destination-not-noticed",
                            "the source waits for ever for a silent destination",
                            REST,
                            outgoing("channel.Liveness", "watch").returning(0)),
                    Mutant.of(
                            "silent-source-not-noticed",
                            "the destination waits for ever for a silent source",
                            REST,
                            incoming("channel.SourceLiveness", "pinged").returning(0)));
}
