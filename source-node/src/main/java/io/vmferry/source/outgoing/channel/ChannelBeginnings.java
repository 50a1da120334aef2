package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Creates the channels of one migration on their connections, at its start and in each recovery.
 *
 * @param silenceLimitSeconds how long a destination that has the guest may be silent
 */
public record ChannelBeginnings(
        EngineLoop loop,
        Turns turns,
        Probe probe,
        Profile profile,
        MigrationState state,
        AttemptState attempt,
        GuestHandover handover,
        OutgoingCounters counters,
        RamAccount account,
        OutgoingSection.RamSection ram,
        BackgroundCredit credit,
        Answers answers,
        OptionalInt silenceLimitSeconds) {

    /** Creates the main channel, and starts to count the background in flight again. */
    MainChannel main(Link link, boolean answered) {
        credit.begin(answered ? link.roundTripNanos() : OptionalLong.empty());
        return new MainChannel(link, counters, probe);
    }

    Liveness liveness(MainChannel main, boolean answered) {
        return new Liveness(silenceLimitSeconds, answered, main, state, loop, turns);
    }

    SilentMain silentMain(BooleanSupplier answered, ChannelFailures failures) {
        return new SilentMain(answered, state, handover, counters, failures, turns);
    }

    SourceReturnPath returnPath(
            Link link, boolean inline, Liveness liveness, ChannelFailures failures) {
        return new SourceReturnPath(
                link, inline, profile, attempt, answers, liveness, failures, counters, loop, turns);
    }

    PreemptChannel preempt(Link link, ChannelFailures failures) {
        PreemptChannel channel =
                new PreemptChannel(
                        link,
                        ram,
                        ram.records().another(),
                        profile,
                        handover,
                        counters,
                        account,
                        probe,
                        failures,
                        turns);
        link.attach(channel);
        probe.reached(PointName.PREEMPT_CONNECTED);
        return channel;
    }
}
