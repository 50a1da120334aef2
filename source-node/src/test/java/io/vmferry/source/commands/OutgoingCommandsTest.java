package io.vmferry.source.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.commands.Asked;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.vcpu.IdleVcpus;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.OutgoingMigration;
import io.vmferry.source.outgoing.OutgoingPorts;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands on an engine whose connections never come about. */
class OutgoingCommandsTest {

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private OutgoingMigration migration;

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 4096)));
    private final ManualLoop loop = new ManualLoop();
    private final List<MigrationAddress> asked = new ArrayList<>();
    private Consumer<IOException> failConnect = e -> {};
    private List<Device> devices = List.of(new TimerDevice());

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private Asked commands;

    @AfterEach
    void unmap() {
        ram.close();
    }

    private void build(Profile profile, RunState state) {
        VcpuRunner vcpus = new IdleVcpus();
        LocalLease lease = new LocalLease();
        RunControl run = new RunControl(vcpus, lease, event -> {}, state, true);
        Guest guest = new Guest("none", Optional.empty(), ram, devices, vcpus, run, lease);
        MigrationOptions options =
                new MigrationOptions(profile, Capabilities.none(), Parameters.defaults(profile));
        migration =
                new OutgoingMigration(
                        guest,
                        options,
                        new OutgoingPorts(
                                loop,
                                this::connect,
                                event -> {},
                                Probe.NONE,
                                DeviceTrouble.NONE,
                                () -> new UUID(1, 2)));
        CommandTable.Builder builder = CommandTable.builder(profile);
        new OutgoingCommands(migration, guest, options, ReturnPathMode.CHANNEL).addTo(builder);
        commands = new Asked(builder);
    }

    private void build() {
        build(Profile.DEFAULT, RunState.PAUSED);
    }

    private String ask(String command, String arguments) {
        List<String> replies = commands.ask(command, arguments);
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }

    @Test
    void migrateConnectsAndRepliesAtOnce() {
        build();
        assertThat(ask("query-migrate", "{}")).isEqualTo("{}");
        assertThat(ask("migrate", "{'uri':'tcp:host:44','detach':true}")).isEqualTo("{}");
        assertThat(asked).containsExactly(new MigrationAddress.Tcp("host", 44));
        assertThat(ask("query-migrate", "{}")).isEqualTo("{'status':'setup'}");
    }

    @Test
    void migrateTakesChannels() {
        build();
        String address = "{'transport':'socket','type':'inet','host':'h','port':'7'}";
        assertThat(
                        ask(
                                "migrate",
                                "{'channels':[{'channel-type':'main','addr':%s}]}"
                                        .formatted(address)))
                .isEqualTo("{}");
        assertThat(asked).containsExactly(new MigrationAddress.Tcp("h", 7));
    }

    @Test
    void anOldVersionKnowsTheUriOnly() {
        build(Profile.QEMU_7_2, RunState.PAUSED);
        assertThat(ask("migrate", "{}")).isEqualTo("error: Parameter 'uri' is missing");
        assertThat(ask("migrate", "{'uri':'tcp:h:1','channels':[]}"))
                .isEqualTo("error: Parameter 'channels' is unexpected");
        assertThat(ask("migrate", "{'uri':'tcp:h:1','blk':true}")).startsWith("error: Disks");
        assertThat(ask("migrate", "{'uri':'tcp:h:1','blk':false}")).isEqualTo("{}");
    }

    @Test
    void anOldVersionReadsTheUriWhenTheMigrationHasBegun() {
        build(Profile.QEMU_7_2, RunState.PAUSED);
        assertThat(ask("migrate", "{'uri':'pigeon'}"))
                .isEqualTo("error: Parameter 'uri' expects a valid migration protocol");
        assertThat(ask("query-migrate", "{}")).isEqualTo("{'status':'failed'}");
        assertThat(ask("migrate", "{'uri':'tcp:nonsense'}"))
                .isEqualTo("error: error parsing address 'nonsense'");
        assertThat(ask("query-migrate", "{}"))
                .isEqualTo("{'status':'failed','error-desc':'error parsing address 'nonsense''}");
        assertThat(ask("migrate", "{'uri':'tcp:h:1'}")).isEqualTo("{}");
        assertThat(ask("query-migrate", "{}")).isEqualTo("{'status':'setup'}");
        assertThat(ask("migrate", "{'uri':'pigeon'}"))
                .isEqualTo("error: There's a migration process in progress");
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_8_2, true",
        "QEMU_9_2, false",
        "QEMU_10_0, false",
        "QEMU_10_2, true",
        "QEMU_11_1, true"
    })
    void someVersionsDoNotSayThatATransportIsNotBuilt(Profile profile, boolean told) {
        build(profile, RunState.PAUSED);
        assertThat(commands.ask("migrate", "{'uri':'rdma:h:1'}")).isEmpty();
        failConnect.accept(new IOException("not built"));
        loop.run();
        assertThat(ask("query-migrate", "{}"))
                .isEqualTo(
                        told
                                ? "{'status':'failed','error-desc':'not built'}"
                                : "{'status':'failed'}");
    }

    @Test
    void aSourceWaitsForNobody() {
        build();
        for (String arguments : new String[] {"{}", "{'uri':'pigeon'}"}) {
            assertThat(ask("migrate-incoming", arguments))
                    .isEqualTo("error: '-incoming' was not specified on the command line");
        }
    }

    @Test
    void whatCannotBeMigratedIsRefused() {
        build();
        assertThat(ask("migrate", "{'uri':'pigeon'}"))
                .isEqualTo("error: unknown migration protocol: pigeon");
        assertThat(ask("migrate", "{'uri':'tcp:h:1','resume':true}"))
                .isEqualTo("error: Cannot resume if there is no paused migration");
        assertThat(ask("query-migrate", "{}")).isEqualTo("{}");
    }

    private void switchOnPreempt() {
        ask(
                "migrate-set-capabilities",
                "{'capabilities':[{'capability':'postcopy-ram','state':true},"
                        + "{'capability':'postcopy-preempt','state':true}]}");
    }

    @Test
    void oneConnectionIsTooFewForPreempt() {
        build();
        switchOnPreempt();
        for (String uri : new String[] {"exec:cat", "fd:x", "file:/tmp/x"}) {
            assertThat(ask("migrate", "{'uri':'%s'}".formatted(uri)))
                    .isEqualTo("error: Migration requires multi-channel URIs (e.g. tcp)");
        }
        assertThat(ask("query-migrate", "{}")).isEqualTo("{}");
        assertThat(asked).isEmpty();
    }

    @Test
    void anOldVersionFindsItTooFewWhenItHasIt() {
        build(Profile.QEMU_7_2, RunState.PAUSED);
        switchOnPreempt();
        assertThat(ask("migrate", "{'uri':'fd:x'}"))
                .isEqualTo("error: File descriptor named 'x' has not been found");
        assertThat(ask("migrate", "{'uri':'exec:cat'}")).isEqualTo("{}");
        assertThat(ask("query-migrate", "{}")).isEqualTo("{'status':'failed'}");
        assertThat(asked).isEmpty();
    }

    @Test
    void aFileGivesNoAnswers() {
        build();
        ask(
                "migrate-set-capabilities",
                "{'capabilities':[{'capability':'return-path','state':true}]}");
        assertThatThrownBy(() ->
                        migration.requireAnswers(new MigrationAddress.File(Path.of("guest"), 0)))
                .hasMessage("Nothing comes back from a file: switch capability 'return-path' off");
        commands.ask("migrate", "{'uri':'file:/tmp/guest'}");
        assertThat(asked).hasSize(1);
    }

    @Test
    void aFileThatCannotBeMadeIsAnErrorOfTheCommand() {
        build();
        List<String> replies = commands.ask("migrate", "{'uri':'file:/no/such'}");
        assertThat(replies).isEmpty();
        failConnect.accept(
                new IOException("Could not create '/no/such': No such file or directory"));
        loop.run();
        assertThat(replies)
                .containsExactly("error: Could not create '/no/such': No such file or directory");
        assertThat(ask("query-migrate", "{}")).contains("'status':'failed'", "/no/such");
    }

    @Test
    void aFileGetsAReplyEvenIfItIsCancelled() {
        build();
        List<String> replies = commands.ask("migrate", "{'uri':'file:/tmp/guest'}");
        ask("migrate_cancel", "{}");
        failConnect.accept(new IOException("slow"));
        loop.run();
        assertThat(replies).hasSize(1);
    }

    @Test
    void oneMigrationAtATime() {
        build();
        ask("migrate", "{'uri':'tcp:h:1'}");
        assertThat(ask("migrate", "{'uri':'tcp:h:1'}"))
                .isEqualTo("error: There's a migration process in progress");
        assertThat(
                        ask(
                                "migrate-set-capabilities",
                                "{'capabilities':[{'capability':'events','state':true}]}"))
                .isEqualTo("error: There's a migration process in progress");
    }

    @Test
    void aFailedConnectionIsReported() {
        build();
        ask("migrate", "{'uri':'tcp:h:1'}");
        failConnect.accept(new IOException("tcp:h:1: nobody there"));
        loop.run();
        assertThat(ask("query-migrate", "{}"))
                .isEqualTo("{'status':'failed','error-desc':'tcp:h:1: nobody there'}");
        assertThat(ask("migrate", "{'uri':'tcp:h:1'}")).as("it may be tried again").isEqualTo("{}");
    }

    @Test
    void whatBlocksAMigrationIsToldInEveryStatus() {
        String reasons = "'blocked-reasons':['non-migratable device: 0000:00:02.0/unmigratable']";
        devices = List.of(DeviceSpec.parse("unmigratable").create(1, 0));
        build();
        assertThat(ask("query-migrate", "{}")).isEqualTo("{" + reasons + "}");
        assertThat(ask("migrate", "{'uri':'tcp:h:1'}"))
                .isEqualTo(
                        "error: State blocked by non-migratable device"
                                + " '0000:00:02.0/unmigratable'");
        assertThat(ask("query-migrate", "{}")).isEqualTo("{" + reasons + "}");
    }

    @Test
    void nobodyWorksOnAMigrationThatHasNoChannels() {
        build();
        assertThat(ask("query-migrationthreads", "{}")).isEqualTo("[]");
        ask("migrate", "{'uri':'tcp:h:1'}");
        assertThat(ask("query-migrationthreads", "{}")).isEqualTo("[]");
    }

    @Test
    void recoveryIsForPostcopy() {
        build();
        assertThat(ask("migrate-pause", "{}")).startsWith("error: migrate-pause is currently only");
        assertThat(ask("migrate-recover", "{'uri':'tcp:h:1'}"))
                .startsWith("error: Migrate recover can only be run");
    }

    @Test
    void cancelAlwaysGetsAReply() {
        build(Profile.QEMU_11_1, RunState.PAUSED);
        assertThat(ask("migrate_cancel", "{}")).isEqualTo("{}");
        ask("migrate", "{'uri':'tcp:h:1'}");
        assertThat(ask("migrate_cancel", "{}")).isEqualTo("{}");
        loop.run();
        assertThat(ask("query-migrate", "{}")).startsWith("{'status':'cancelling'");
        assertThat(ask("migrate", "{'uri':'tcp:h:1'}"))
                .isEqualTo("error: There's a migration process in progress");
        failConnect.accept(new IOException("tcp:h:1: nobody there"));
        loop.run();
        assertThat(ask("query-migrate", "{}"))
                .isEqualTo("{'status':'cancelled','error-desc':'tcp:h:1: nobody there'}");
        assertThat(ask("migrate", "{'uri':'tcp:h:1'}")).isEqualTo("{}");
    }

    @Test
    void someVersionsAreCancelledWhileTheConnectGoesOn() {
        build(Profile.QEMU_10_0, RunState.PAUSED);
        ask("migrate", "{'uri':'tcp:h:1'}");
        ask("migrate_cancel", "{}");
        loop.run();
        assertThat(ask("query-migrate", "{}")).isEqualTo("{'status':'cancelled'}");
        assertThat(ask("migrate", "{'uri':'tcp:h:2'}")).isEqualTo("error: duplicate yank instance");
        assertThat(ask("query-migrate", "{}")).startsWith("{'status':'setup'");
        failConnect.accept(new IOException("tcp:h:1: nobody there"));
        loop.run();
        assertThat(ask("query-migrate", "{}"))
                .isEqualTo("{'status':'failed','error-desc':'tcp:h:1: nobody there'}");
        assertThat(ask("migrate", "{'uri':'tcp:h:2'}")).isEqualTo("{}");
    }

    @Test
    void continueNeedsTheStateThatIsThere() {
        build();
        assertThat(ask("migrate-continue", "{'state':'pre-switchover'}"))
                .isEqualTo("error: Migration not in expected state: none");
        assertThat(ask("migrate-continue", "{'state':'happy'}"))
                .isEqualTo("error: Parameter 'state' does not accept value 'happy'");
    }

    @Test
    void aGuestThatHasLeftCannotLeaveAgain() {
        build(Profile.DEFAULT, RunState.POSTMIGRATE);
        assertThat(ask("migrate", "{'uri':'tcp:h:1'}"))
                .isEqualTo("error: Can't migrate the vm that was paused due to previous migration");
    }

    private Cancellable connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        asked.add(address);
        failConnect = failed;
        return () -> {};
    }
}
