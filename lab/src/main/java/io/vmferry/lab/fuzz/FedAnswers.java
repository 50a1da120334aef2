package io.vmferry.lab.fuzz;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.returnpath.ReturnPathListener;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.source.outgoing.channel.Answers;
import io.vmferry.source.outgoing.channel.BackgroundCredit;
import io.vmferry.source.outgoing.channel.ChannelFailures;
import io.vmferry.source.outgoing.channel.Pings;
import io.vmferry.source.outgoing.channel.RecoveryHandshake;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.guest.SwitchoverAcks;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.FailureRules;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.MigrationError;
import io.vmferry.source.outgoing.state.Stage;
import io.vmferry.source.outgoing.state.Turns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a source that the destination's messages concern, at one moment of a migration that
 * goes no further by itself.
 */
final class FedAnswers implements ReturnPathListener {

    /** On its way to a paused postcopy that is recovered. */
    private static final List<MigrationStatus> WAY =
            List.of(
                    MigrationStatus.SETUP,
                    MigrationStatus.ACTIVE,
                    MigrationStatus.DEVICE,
                    MigrationStatus.POSTCOPY_DEVICE,
                    MigrationStatus.POSTCOPY_ACTIVE,
                    MigrationStatus.POSTCOPY_PAUSED,
                    MigrationStatus.POSTCOPY_RECOVER_SETUP,
                    MigrationStatus.POSTCOPY_RECOVER);

    private final Cuts cuts;
    private final Trace trace;
    private final MigrationState state =
            new MigrationState(Side.SOURCE, SourceTarget.OPTIONS.profile(), (from, to) -> {});
    private final AttemptState attempt = new AttemptState();
    private final GuestHandover handover;
    private final PageScan scan;
    private final RecoveryHandshake recovery;
    private final Answers answers;
    private final ChannelFailures failures;
    private final ReturnPathReader reader;

    FedAnswers(Guest guest, SourceProgress progress, Cuts cuts, Trace trace) {
        this.cuts = cuts;
        this.trace = trace;
        MigrationOptions options = SourceTarget.OPTIONS;
        Probe probe = new Noting();
        Turns turns = new Turns(new TaskLoop(), attempt);
        OutgoingCounters counters = new OutgoingCounters();
        BackgroundCredit credit = new BackgroundCredit(() -> 0);
        handover = new GuestHandover(state, options, probe, true);
        scan = new PageScan(guest.ram());
        recovery = new RecoveryHandshake(guest.ram(), scan.unsent(), state, probe, turns);
        FailureRules rules = new FailureRules(attempt, handover, options, state);
        failures = new ChannelFailures(rules, handover, new MigrationError(), turns);
        BandwidthWindow window = new BandwidthWindow(counters, options, () -> 0);
        SwitchoverAcks acks = new SwitchoverAcks(guest, options);
        Pings pings = new Pings(() -> 0);
        answers =
                new Answers(
                        handover,
                        attempt,
                        rules,
                        pings,
                        credit,
                        window,
                        scan.requested(),
                        recovery,
                        acks,
                        counters,
                        probe,
                        turns);
        reader = new ReturnPathReader(this, answers, true);
        turns.begin(this::turn, failure -> trace.note("failed", failure.text()));
        bringTo(guest, progress);
    }

    ReturnPathReader reader() {
        return reader;
    }

    private void bringTo(Guest guest, SourceProgress progress) {
        scan.unsent().addAll();
        switch (progress) {
            case PRECOPY -> at(Stage.PRECOPY, MigrationStatus.ACTIVE);
            case PACKAGE_SENT -> at(Stage.POSTCOPY, MigrationStatus.POSTCOPY_DEVICE);
            case POSTCOPY -> at(Stage.POSTCOPY, MigrationStatus.POSTCOPY_ACTIVE);
            case RECOVERY -> {
                at(Stage.RECOVERY, MigrationStatus.POSTCOPY_RECOVER);
                recovery.begin();
                guest.ram().blocks().forEach(recovery::asked);
            }
        }
        if (progress != SourceProgress.PRECOPY) {
            scan.enterPostcopy();
            handover.packageWasSent();
        }
        if (progress.compareTo(SourceProgress.PACKAGE_SENT) > 0) {
            handover.packageIsLoaded();
        }
    }

    private void at(Stage stage, MigrationStatus status) {
        for (MigrationStatus next : WAY.subList(0, WAY.indexOf(status) + 1)) {
            state.move(state.get(), next);
        }
        attempt.enter(stage);
    }

    /** What the driver does at once when a message has come. */
    private void turn() {
        handover.followLoadedPackage();
        if (recovery.bitmapsComplete()) {
            recovery.progress(RecoveryHandshake.HandshakeProgress.ACKNOWLEDGEMENT);
        }
    }

    @Override
    public void message(long offset, long lengthBytes, ReturnPathMessage message)
            throws StreamException {
        trace.note(message.type().name(), message);
        answers.message(message, failures);
        if (cuts.pausesHere()) {
            reader.pause();
        }
    }

    /** Notes what has become of the parts. */
    void noteState() {
        trace.note("status", state.get().text());
        trace.note("owner", handover.owner());
        trace.note("unsent pages", scan.unsent().count());
        trace.note("recovered", recovery.acknowledged());
        scan.nextRequested().ifPresent(page -> trace.note("next page", page.end()));
    }

    private final class Noting implements Probe {
        @Override
        public <A> void reached(PointName<A> name, @Nullable A argument) {
            trace.note(name.text(), String.valueOf(argument));
        }
    }
}
