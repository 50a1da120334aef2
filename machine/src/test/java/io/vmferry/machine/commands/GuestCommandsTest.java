package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.HeldVcpus;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.RunState;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestCommandsTest {

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 4096)));
    private final HeldVcpus vcpus = new HeldVcpus();
    private final ScriptedLease lease = new ScriptedLease();

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private RunControl run;

    @AfterEach
    void unmap() {
        ram.close();
    }

    private Asked in(RunState state, Profile profile, Optional<UUID> uuid) {
        run = new RunControl(vcpus, lease, event -> {}, state, true);
        Guest guest = new Guest("none", uuid, ram, List.of(), vcpus, run, lease);
        CommandTable.Builder table = CommandTable.builder(profile);
        new GuestCommands(guest, "alpha", profile).addTo(table);
        return new Asked(table);
    }

    private Asked in(RunState state) {
        return in(state, Profile.DEFAULT, Optional.empty());
    }

    @Test
    void statusIsTheRunState() {
        Asked guest = in(RunState.PRELAUNCH);
        assertThat(guest.ask("query-status"))
                .containsExactly("{'status':'prelaunch','running':false}");
        guest.ask("cont");
        assertThat(guest.ask("query-status"))
                .containsExactly("{'status':'running','running':true}");
    }

    @Test
    void anOldVersionTellsOfSinglesteps() {
        assertThat(in(RunState.PAUSED, Profile.QEMU_7_2, Optional.empty()).ask("query-status"))
                .containsExactly("{'status':'paused','singlestep':false,'running':false}");
    }

    @Test
    void stopRepliesWhenTheVcpusStandStill() {
        Asked guest = in(RunState.PRELAUNCH);
        guest.ask("cont");
        List<String> stop = guest.ask("stop");
        List<String> again = guest.ask("stop");
        List<String> cont = guest.ask("cont");
        assertThat(stop).isEmpty();
        assertThat(cont).isEmpty();

        vcpus.stopped();
        assertThat(stop).containsExactly("{}");
        assertThat(again).containsExactly("{}");
        assertThat(cont).containsExactly("{}");
        assertThat(run.state()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void contRepliesWhenTheLeaseResponds() {
        Asked guest = in(RunState.PAUSED);
        lease.late = true;
        List<String> cont = guest.ask("cont");
        assertThat(guest.ask("query-status")).hasSize(1);
        assertThat(cont).isEmpty();
        lease.respond();
        assertThat(cont).containsExactly("{}");
        assertThat(vcpus.running).isTrue();
    }

    @Test
    void aStopFromAnotherClientCallsAContOff() {
        Asked guest = in(RunState.PAUSED);
        lease.late = true;
        List<String> cont = guest.ask("cont");
        assertThat(guest.ask("stop")).containsExactly("{}");
        assertThat(cont)
                .containsExactly(
                        "error: Cannot run the guest: it was stopped before lease L had responded");
        lease.respond();
        assertThat(vcpus.running).isFalse();
    }

    @Test
    void beforeTheGuestArrivesBothOnlyDecideWhetherItWillRun() {
        Asked guest = in(RunState.INMIGRATE);
        assertThat(guest.ask("stop")).containsExactly("{}");
        assertThat(run.autostart()).isFalse();
        assertThat(guest.ask("cont")).containsExactly("{}");
        assertThat(run.autostart()).isTrue();
        assertThat(run.state()).isEqualTo(RunState.INMIGRATE);
        assertThat(vcpus.running).isFalse();
    }

    @Test
    void contIsRefusedDuringTheSwitchover() {
        assertThat(in(RunState.FINISH_MIGRATE).ask("cont"))
                .containsExactly("error: Migration is not finalized yet");
        assertThat(in(RunState.SHUTDOWN).ask("cont"))
                .containsExactly("error: Resetting the Virtual Machine is required");
    }

    @Test
    void aGuestThatHasLeftRunsAgainIfItsDisksCanBeHad() {
        Asked guest = in(RunState.POSTMIGRATE);
        lease.taking = new Taking.HeldElsewhere("pid 7 x");
        assertThat(guest.ask("cont"))
                .containsExactly("error: Cannot run the guest: lease L is held by pid 7 x");
        assertThat(run.state()).isEqualTo(RunState.POSTMIGRATE);
        lease.taking = new Taking.Ours();
        assertThat(guest.ask("cont")).containsExactly("{}");
        assertThat(vcpus.running).isTrue();
    }

    @Test
    void identity() {
        UUID uuid = new UUID(1, 2);
        Asked guest = in(RunState.PAUSED, Profile.DEFAULT, Optional.of(uuid));
        assertThat(guest.ask("query-name")).containsExactly("{'name':'alpha'}");
        assertThat(guest.ask("query-uuid")).containsExactly("{'UUID':'" + uuid + "'}");
        assertThat(in(RunState.PAUSED).ask("query-uuid"))
                .containsExactly("{'UUID':'00000000-0000-0000-0000-000000000000'}");
    }
}
