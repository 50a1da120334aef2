package io.vmferry.source.outgoing;

import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.phase.CompletionPhase;
import io.vmferry.source.outgoing.phase.Iterations;
import io.vmferry.source.outgoing.phase.PackagePhase;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.phase.PostcopyPhase;
import io.vmferry.source.outgoing.phase.PostcopyPreparePhase;
import io.vmferry.source.outgoing.phase.PrecopyPhase;
import io.vmferry.source.outgoing.phase.RecoveryPhase;
import io.vmferry.source.outgoing.phase.SetupPhase;
import io.vmferry.source.outgoing.phase.SnapshotCompletionPhase;
import io.vmferry.source.outgoing.phase.SnapshotMomentPhase;
import io.vmferry.source.outgoing.phase.SnapshotRamPhase;
import io.vmferry.source.outgoing.phase.SwitchoverPhase;
import io.vmferry.source.outgoing.phase.UnplugPhase;
import io.vmferry.source.outgoing.state.Stage;
import java.util.Optional;

/**
 * A whole outgoing migration, stage by stage: which phase does the work of each, and with what.
 * Which stage can follow which is said by {@link Stage#next}.
 *
 * @param parts what the attempt consists of
 * @param channels those that the phases write on; a recovery has others
 * @param drained runs when the transport has taken the whole stream
 */
record OutgoingPhases(AttemptParts parts, OutgoingChannels channels, Runnable drained) {

    /** The phase of a stage. */
    Phase phase(Stage stage) {
        return switch (stage) {
            case SETUP ->
                    new SetupPhase(
                            channels,
                            parts.guest,
                            parts.options,
                            parts.sections,
                            parts.pings,
                            parts.dirtySync,
                            parts.attempt,
                            parts.ports.probe());
            case UNPLUG ->
                    new UnplugPhase(
                            channels,
                            parts.unplug,
                            parts.attempt,
                            parts.options,
                            parts.state,
                            parts.counters,
                            parts.turns,
                            parts.ports.loop()::nanoTime);
            case PRECOPY ->
                    new PrecopyPhase(
                            channels,
                            parts.sections,
                            new Iterations(parts.ports.loop()::nanoTime),
                            parts.acks,
                            parts.pings,
                            parts.dirtySync,
                            parts.forcedSync,
                            parts.window,
                            parts.counters,
                            parts.account,
                            parts.attempt,
                            parts.options);
            case SNAPSHOT_MOMENT ->
                    new SnapshotMomentPhase(
                            parts.guestStop,
                            parts.sections,
                            describedConfiguration(),
                            parts.writes,
                            parts.taken,
                            parts.saving,
                            parts.window,
                            parts.turns);
            case SNAPSHOT_RAM ->
                    new SnapshotRamPhase(
                            channels,
                            parts.sections.ram(),
                            parts.writes,
                            parts.window,
                            parts.account,
                            parts.ports.probe());
            case SNAPSHOT_COMPLETION ->
                    new SnapshotCompletionPhase(
                            channels.main(), parts.taken, parts.ports.probe(), drained);
            case SWITCHOVER -> switchover(Stage.COMPLETION);
            case COMPLETION ->
                    new CompletionPhase(
                            channels.main(),
                            parts.sections,
                            describedConfiguration(),
                            parts.handover,
                            parts.account,
                            parts.saving,
                            () -> parts.multifd.whenDrained(drained));
            case POSTCOPY_PREPARE ->
                    new PostcopyPreparePhase(
                            channels,
                            parts.options,
                            parts.sections.ram(),
                            parts.pings,
                            parts.dirtySync,
                            parts.ports.probe(),
                            parts.turns);
            case POSTCOPY_SWITCHOVER -> switchover(Stage.PACKAGE);
            case PACKAGE ->
                    new PackagePhase(
                            channels,
                            parts.sections,
                            parts.options,
                            parts.guest.memory().vcpuCount() > 0,
                            parts.dirtySync,
                            parts.credit,
                            parts.handover,
                            parts.account,
                            parts.saving);
            case POSTCOPY ->
                    new PostcopyPhase(
                            channels,
                            parts.sections,
                            new Iterations(parts.ports.loop()::nanoTime),
                            parts.credit,
                            parts.window,
                            parts.counters,
                            parts.account,
                            parts.handover,
                            parts.guestStop,
                            parts.options,
                            parts.state,
                            parts.ports.probe(),
                            parts.turns,
                            drained);
            case RECOVERY ->
                    new RecoveryPhase(
                            channels,
                            parts.guest.ram().blocks(),
                            parts.sections.ram(),
                            parts.recovery,
                            parts.window,
                            parts.options,
                            parts.state,
                            parts.ports.probe(),
                            parts.turns);
        };
    }

    private Phase switchover(Stage into) {
        return new SwitchoverPhase(
                into,
                channels,
                parts.guestStop,
                parts.dirtySync,
                parts.downtime,
                parts.window,
                parts.options,
                parts.state,
                parts.ports.probe(),
                parts.turns);
    }

    private Optional<Configuration> describedConfiguration() {
        return parts.options.profile().has(Trait.CONFIGURATION_DESCRIBED)
                ? Optional.of(
                        SetupPhase.configuration(
                                parts.guest, parts.options, channels.returnPathId()))
                : Optional.empty();
    }
}
