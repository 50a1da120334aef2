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

/** Breaks that are not noticed, wrong complements, and what does not survive a break. */
final class RecoveryMutants {

    private static final Place COMPLEMENT = outgoing("ram.DirtyBitmap", "complement");
    private static final Place RESEND = incoming("ram.PageRequests", "resend");

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
                            "each word of the received bitmap is taken for the one before",
                            WIRE,
                            COMPLEMENT.calling("nextWord", "ReceivedBitmap.word")),
                    Mutant.of(
                            "complement-left-out",
                            "what was on its way when the channels broke is not sent again",
                            MEMORY,
                            outgoing("channel.Recovery", "bitmap").without("UnsentPages.recover")),
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
                                    .yielding("Recovery.acknowledged", 1)),
                    Mutant.of(
                            "resume-not-acknowledged",
                            "the destination does not acknowledge the recovery",
                            REST,
                            incoming("recovery.IncomingRecovery", "resume")
                                    .without("IncomingReturnPath.send")),
                    Mutant.of(
                            "scan-not-restarted",
                            "the first page of new channels does not name its block",
                            WIRE,
                            outgoing("phase.RecoveryPhase", "awaitBitmaps")
                                    .without("OutgoingSection$Ram.restart")),
                    Mutant.of(
                                    "partial-host-page-kept",
                                    "what had come of a host page is kept over a break",
                                    WIRE,
                                    incoming("postcopy.MissingPages", "pause")
                                            .without("PageInput.dropPartialHostPage"))
                            .seenIn("recovery:184"),
                    Mutant.of(
                            "requests-not-sent-again",
                            "what was asked for before a break is not asked for again",
                            ASKED,
                            RESEND.without("Collection.forEach")),
                    Mutant.of(
                            "requests-held-for-ever",
                            "behind a break no page is asked for any more",
                            ASKED,
                            RESEND.keeping("PageRequests.held")),
                    Mutant.of(
                            "block-name-not-repeated",
                            "the first request of new channels does not name its block",
                            WIRE,
                            RESEND.keeping("PageRequests.lastBlock")),
                    Mutant.of(
                            "return-path-forgotten",
                            "answers go back on the main channel, whatever was announced",
                            REST,
                            incoming("channel.IncomingChannels", "openReturnPath")
                                    .yielding("Optional.isEmpty", 1)),
                    Mutant.of(
                            "silent-destination-not-noticed",
                            "the source waits for ever for a destination that has gone silent",
                            REST,
                            outgoing("channel.Liveness", "watch").returning(0)),
                    Mutant.of(
                            "silent-source-not-noticed",
                            "the destination waits for ever for a source that has gone silent",
                            REST,
                            incoming("channel.SourceLiveness", "pinged").returning(0)));
}
