package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathWriter;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A source, and a peer that does what the test says. */
final class Meeting implements AutoCloseable {

    static final MigrationAddress ADDRESS = new MigrationAddress.Tcp("odd", 4444);

    static final long SMALL_BYTES = 512 * 4096;

    final SimulatedPair pair;

    /** The connections of the source, in their order: main, return path, preempt. */
    final List<Link> links = new ArrayList<>();

    long receivedBytes;

    Meeting(Profile profile, Set<Capability> capabilities) {
        this(profile, capabilities, SMALL_BYTES);
    }

    /** With a source that may do as QEMU does even where vmferry keeps what QEMU loses. */
    Meeting(Profile profile, Set<Capability> capabilities, boolean asQemu) {
        this(profile, capabilities, SMALL_BYTES, asQemu);
    }

    /** With so much memory, of which the first 2 MiB are in use. */
    Meeting(Profile profile, Set<Capability> capabilities, long memoryBytes) {
        this(profile, capabilities, memoryBytes, false);
    }

    private Meeting(
            Profile profile, Set<Capability> capabilities, long memoryBytes, boolean asQemu) {
        try {
            pair =
                    new SimulatedPair(
                            scenario(profile, capabilities, memoryBytes),
                            asQemu ? SimulatedPair.NodeKind.AS_QEMU : SimulatedPair.NodeKind.PLAIN);
            pair.start();
            SimulatedHost host = new SimulatedHost("odd", pair.time);
            pair.network
                    .transportOf(host)
                    .listen(ADDRESS, this::accepted, open -> {}, SimulatedPair.refused());
        } catch (OptionException e) {
            throw new AssertionError(e);
        }
    }

    /** A migration with a busy guest and nothing that goes wrong. */
    static Scenario scenario(Profile profile, Set<Capability> capabilities, long memoryBytes) {
        GuestSpec guest =
                new GuestSpec(
                        MachineType.SYNTHETIC,
                        memoryBytes,
                        4096,
                        1,
                        WorkloadSpec.parse("uniform,rate=1000,boot=2M"),
                        List.of(),
                        3,
                        Optional.empty(),
                        true,
                        profile);
        return new Scenario(
                3,
                guest,
                profile,
                capabilities,
                Map.of(),
                ReturnPathMode.CHANNEL,
                List.of(),
                new SimulatedNetwork.LinkProfile(100_000, 10_000_000, 65536),
                Fault.NONE);
    }

    private void accepted(Link link) {
        links.add(link);
        link.attach(
                new LinkListener() {
                    @Override
                    public void received(ByteBuf bytes) {
                        receivedBytes += bytes.readableBytes();
                    }

                    @Override
                    public void closed(Optional<IOException> cause) {}
                });
    }

    /** Sets max-bandwidth. */
    Meeting limit(long bytesPerSecond) {
        try {
            pair.sourceOptions.parameters(
                    pair.sourceOptions
                            .parameters()
                            .with(
                                    Map.of(Parameter.MAX_BANDWIDTH, bytesPerSecond),
                                    Set.of(Parameter.MAX_BANDWIDTH),
                                    Capabilities.none()));
        } catch (OptionException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    Meeting migrate(ReturnPathMode mode) {
        try {
            pair.outgoing.migrate(new MigrateArguments(ADDRESS, mode));
        } catch (QmpException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    /** Runs the migration until it sends RAM. */
    Meeting untilActive() {
        passUntil(MigrationStatus.ACTIVE);
        return pass(20);
    }

    // ---- postcopy

    Meeting startPostcopy() {
        try {
            pair.outgoing.startPostcopy();
        } catch (QmpException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    /** From now on the destination acknowledges discards that were sent ahead. */
    Meeting answerDiscards() {
        pair.source.probe(point -> {
            if (point.toString().startsWith("discards-ahead")) {
                say(returnPath(), new ReturnPathMessage.Pong(5));
            }
        });
        return this;
    }

    /** Lets a migration that goes into postcopy at once get there. */
    Meeting untilPackageSent() {
        return startPostcopy().passUntil("package-sent");
    }

    /** And the destination says that it has loaded the package. */
    Meeting untilPostcopyActive() {
        untilPackageSent().say(returnPath(), new ReturnPathMessage.Pong(0x42));
        return passUntil(MigrationStatus.POSTCOPY_ACTIVE);
    }

    /** Loses the connections of a postcopy, and has the source connect again. */
    Meeting recover(ReturnPathMode mode) {
        pair.network.carrying(ChannelRole.MAIN).cut();
        passUntil(MigrationStatus.POSTCOPY_PAUSED);
        links.clear();
        try {
            pair.outgoing.resume(new MigrateArguments(ADDRESS, mode));
        } catch (QmpException e) {
            throw new AssertionError(e);
        }
        return passUntil(MigrationStatus.POSTCOPY_RECOVER).pass(10);
    }

    // ---- time passes

    Meeting passUntil(MigrationStatus status) {
        return passUntil(
                "status " + status + ", is " + pair.outgoing.status(),
                () -> pair.outgoing.status() == status);
    }

    /** Until the source reaches a point whose text begins so. */
    Meeting passUntil(String point) {
        boolean[] reached = new boolean[1];
        pair.source.probe(p -> reached[0] |= p.toString().startsWith(point));
        return passUntil(point, () -> reached[0]);
    }

    Meeting passUntil(String what, BooleanSupplier condition) {
        boolean reached =
                pair.time.runUntil(condition, pair.time.nowNanos() + TimeUnit.MINUTES.toNanos(1));
        assertThat(reached).as(what).isTrue();
        return this;
    }

    Meeting pass(long millis) {
        long until = pair.time.nowNanos() + TimeUnit.MILLISECONDS.toNanos(millis);
        pair.time.runUntil(() -> pair.time.nowNanos() >= until, until);
        return this;
    }

    // ---- what the peer says

    Link returnPath() {
        return links.size() > 1 ? links.get(1) : links.getFirst();
    }

    Meeting say(Link link, ReturnPathMessage... messages) {
        ByteBuf out = Unpooled.buffer();
        for (ReturnPathMessage message : messages) {
            ReturnPathWriter.write(out, message);
        }
        link.write(out);
        return this;
    }

    Meeting sayBytes(Link link, String hex) {
        link.write(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
        return this;
    }

    // ---- what the source does

    /** The number of points of the source whose texts begin with {@code begin}. */
    long points(String begin) {
        return pair.source.points().stream().filter(point -> point.startsWith(begin)).count();
    }

    long sentBytes() {
        return pair.outgoing.figures().orElseThrow().ram().transferredBytes();
    }

    /** The number of page requests that the source has read. */
    long requests() {
        return pair.outgoing.figures().orElseThrow().ram().pageRequests();
    }

    String error() {
        return pair.outgoing.figures().orElseThrow().error().orElse("no error");
    }

    void assertFailed(String... says) {
        passUntil(MigrationStatus.FAILED);
        pass(10);
        assertThat(error()).contains(says).matches("[ -~]+");
        assertThat(pair.source.hosted.guest().run().state()).isEqualTo(RunState.RUNNING);
        assertThat(pair.source.vcpus.running()).isTrue();
    }

    /** The guest is at the destination, so that the source waits for it. */
    void assertPaused(String... says) {
        passUntil(MigrationStatus.POSTCOPY_PAUSED);
        pass(10);
        assertThat(error()).contains(says).matches("[ -~]+");
        assertThat(pair.source.vcpus.running()).isFalse();
    }

    @Override
    public void close() {
        pair.close();
    }
}
