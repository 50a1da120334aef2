package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The package, POSTCOPY_LISTEN and POSTCOPY_RUN, each without the stream that brings them. */
class PostcopyEntryTest {

    private final StateDevice slow =
            (StateDevice) DeviceSpec.parse("virtio-net,ring=off,load-time=5").create(0, 0);
    private DestinationParts parts = parts(Profile.QEMU_10_2);
    private ManualLink main = parts.main(new StreamBytes().begin().bytes());

    private DestinationParts parts(Profile profile, Capability... more) {
        List<Capability> capabilities = new ArrayList<>(List.of(Capability.POSTCOPY_RAM));
        capabilities.addAll(List.of(more));
        return new DestinationParts(profile, capabilities, slow);
    }

    private void use(Profile profile, Capability... more) {
        parts.close();
        parts = parts(profile, more);
        main = parts.main(new StreamBytes().begin().bytes());
    }

    @AfterEach
    void unmap() {
        parts.close();
    }

    /** The commands that come before POSTCOPY_LISTEN. */
    private void advised() throws StreamException {
        parts.joining.configured(Optional.empty(), parts.holds);
        parts.joining.openReturnPath();
        parts.preparation.advise(Optional.of(new Command.PageSizes(4096, 4096)));
        parts.preparation.discard(SmallGuest.BLOCK, List.of(new Command.Range(0, 8 * 4096)));
    }

    private void listen(boolean inPackage) throws StreamException {
        parts.entry.listen(parts.holds, inPackage, () -> parts.seen.add("page"));
    }

    private void load() {
        byte[] contents =
                new StreamBytes().full(5, slow).command(new Command.PostcopyRun()).bytes();
        parts.entry.loadPackage(
                ManualLink.buffer(contents),
                new StreamHolds(),
                event -> parts.seen.add("in package: " + event.getClass().getSimpleName()),
                () -> parts.seen.add("package ended"),
                parts.holds.holdUntil());
    }

    @Test
    void aPackageIsLoadedAtOnceAndHoldsTheMainChannel() {
        load();
        assertThat(parts.seen).last().asString().startsWith("package-received(");
        assertThat(parts.holds.held()).isTrue();
        parts.loop.advanceMillis(5);
        assertThat(parts.seen).endsWith("in package: Commanded", "package ended");
        parts.inputs.releaseMain();
        assertThat(parts.holds.held()).isFalse();
    }

    @Test
    void aPackageWaitsForThePreemptChannel() {
        use(Profile.QEMU_10_2, Capability.POSTCOPY_PREEMPT);
        parts.joining.configured(Optional.empty(), parts.holds);
        load();
        parts.loop.advanceMillis(5);
        assertThat(parts.seen).last().asString().startsWith("package-received(");
        parts.joining.preempt(parts.link("preempt"), ManualLink.buffer(new byte[0]), () -> {});
        parts.loop.advanceMillis(5);
        assertThat(parts.seen)
                .endsWith("preempt-channel", "in package: Commanded", "package ended");
    }

    @Test
    void fromListenOnMissingPagesAreRequested() throws StreamException {
        advised();
        listen(false);
        assertThat(parts.seen).contains("listening");
        PostcopyPlan.look(parts.here.guest, parts.loop, 3, () -> {});
        assertThat(PostcopyPlan.requests(main)).containsExactly("ram 3+1");
    }

    @Test
    void theStatusIsThatOfTheVersion() throws StreamException {
        advised();
        listen(false);
        assertThat(parts.state.status()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);
        use(Profile.QEMU_10_0);
        advised();
        listen(false);
        assertThat(parts.state.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
    }

    /** Without a return path the source never learns that devices are loading. */
    @Test
    void aSourceThatHearsNothingIsNotWaitedFor() throws StreamException {
        parts.preparation.advise(Optional.of(new Command.PageSizes(4096, 4096)));
        parts.preparation.discard(SmallGuest.BLOCK, List.of(new Command.Range(0, 8 * 4096)));
        listen(false);
        assertThat(parts.state.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
    }

    @Test
    void listenInAPackageReleasesTheMainChannel() throws StreamException {
        advised();
        load();
        assertThat(parts.holds.held()).isTrue();
        listen(true);
        assertThat(parts.holds.held()).isFalse();
    }

    @Test
    void nobodyListensInAFile() {
        parts.listen(new MigrationAddress.File(Path.of("state"), 0));
        assertThatThrownBy(
                        () -> {
                            advised();
                            listen(false);
                        })
                .hasMessageContaining("in a file");
        assertThat(parts.state.status()).isEqualTo(MigrationStatus.ACTIVE);
    }

    @Test
    void runStartsTheGuestOnceItsDevicesAreLoaded() throws StreamException {
        advised();
        load();
        listen(true);
        assertThatThrownBy(() -> parts.entry.run(false, () -> {}))
                .hasMessageContaining("while the package is loading");
        parts.entry.run(true, () -> parts.seen.add("started"));
        assertThat(parts.seen).endsWith("started");
        assertThat(parts.here.guest.run().state()).isEqualTo(RunState.RUNNING);
        assertThat(parts.state.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
    }
}
