package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.multifd.Packing;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Creates the channels of one migration on their connections, at its start and in each recovery.
 *
 * @param uuid of the guest, zeros for one without
 * @param silenceLimitSeconds how long a destination that has the guest may be silent
 */
public record ChannelBeginnings(
        EngineLoop loop,
        Turns turns,
        Probe probe,
        MigrationState state,
        AttemptState attempt,
        GuestHandover handover,
        OutgoingCounters counters,
        RamAccount account,
        OutgoingSection.RamSection ram,
        MultifdSending multifd,
        MigrationOptions options,
        UUID uuid,
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
                link,
                inline,
                options.profile(),
                attempt,
                answers,
                liveness,
                failures,
                counters,
                loop,
                turns);
    }

    void multifd(ChannelRole role, Link link, ChannelFailures failures) {
        EngineLoop.SideTasks tasks = loop.sideTasks(role.toString());
        MultifdChannel channel =
                new MultifdChannel(
                        role,
                        link,
                        new Packing(options.parameters(), tasks::run, multifd.work()),
                        options.profile().has(Trait.MULTIFD_COUNTED_AS_SENT),
                        multifd.memory(),
                        handover,
                        counters,
                        failures,
                        turns);
        link.attach(channel);
        channel.begin(uuid);
        multifd.add(channel);
        probe.reached(PointName.MULTIFD_CONNECTED, role.index());
    }

    PreemptChannel preempt(Link link, ChannelFailures failures) {
        PreemptChannel channel =
                new PreemptChannel(
                        link,
                        ram,
                        ram.records().another(),
                        options.profile(),
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
