package io.vmferry.dest.incoming.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.dest.incoming.ManualLink;
import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.StreamBytes;
import io.vmferry.dest.incoming.channel.ConnectionLog;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.SourceLiveness;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.guest.SwitchoverApprovals;
import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamRules;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that are read, held back and at their end, with nobody who follows their commands. */
class StreamInputsTest {

    private final ManualLoop loop = new ManualLoop();
    private final MigrationOptions options = SmallGuest.options(Profile.QEMU_10_2);
    private final List<String> seen = new ArrayList<>();
    private final Probe probe = Probe.of(point -> seen.add(point.toString()));
    private final IncomingState state = new IncomingState(options, Probe.NONE, event -> {});
    private final IncomingChannels channels =
            new IncomingChannels(
                    options,
                    state,
                    loop,
                    probe,
                    new ConnectionLog(loop, (level, line) -> seen.add(line)));
    private final StateDevice slow =
            (StateDevice) DeviceSpec.parse("virtio-net,ring=off,load-time=5").create(0, 0);
    private final SmallGuest here = new SmallGuest(slow);
    private final PageInput pages =
            new PageInput(new IncomingRam(here.ram, false), RamRules.of(options.profile()));
    private final StreamOpening streams =
            new StreamOpening(
                    state,
                    channels,
                    new SourceLiveness(state, channels, loop),
                    new ConfigurationCheck(here.guest, options),
                    new IncomingDevices(here.guest.devices(), pages),
                    new DeviceLoading(
                            here.guest,
                            state,
                            new SwitchoverApprovals(
                                    options, here.guest.devices(), state, channels, loop, probe),
                            DeviceTrouble.NONE,
                            loop,
                            probe),
                    StreamRules.of(options.profile()),
                    probe);
    private final StreamHolds holds = new StreamHolds();
    private final ChannelInputs inputs = new ChannelInputs();
    private final ManualLink link = new ManualLink("source", loop);

    /** What the handler does besides remembering the event. */
    private Runnable meanwhile = () -> {};

    @BeforeEach
    void begin() {
        MainChannelInput main =
                streams.mainChannel(link, false, holds, this::follow, this::ended, this::failed);
        inputs.main(main);
        channels.main(link, holds, main);
        loop.run();
    }

    @AfterEach
    void unmap() {
        here.close();
    }

    private void follow(StreamEvent event) {
        seen.add(event.getClass().getSimpleName());
        meanwhile.run();
    }

    private void ended() {
        seen.add("ended");
        state.end();
    }

    private void failed(Failure failure) {
        seen.add(failure.text());
        state.end();
    }

    private static StreamBytes stream() {
        return new StreamBytes().begin();
    }

    private static StreamBytes pinged() {
        return stream().command(new Command.Ping(1)).command(new Command.Ping(2));
    }

    @Test
    void aStreamIsReadToItsEnd() {
        link.receive(
                stream()
                        .ramStart(block())
                        .page(new RamBlockName(SmallGuest.BLOCK), 3, 7)
                        .eof()
                        .description("{}")
                        .bytes());
        assertThat(here.ram.blocks().getFirst().isZero(3)).isFalse();
        assertThat(seen)
                .containsExactly(
                        "configuration-received",
                        "Configured",
                        "setup-loaded(ram)",
                        "eof-received",
                        "ended");
    }

    private static RamBlockEntry block() {
        return RamBlockEntry.of(SmallGuest.BLOCK, 8 * 4096);
    }

    @Test
    void nothingAfterAHoldIsReadBeforeItsRelease() {
        meanwhile = holds::hold;
        link.receive(stream().command(new Command.Ping(1)).bytes());
        link.receive(new StreamBytes().command(new Command.Ping(2)).bytes());
        assertThat(seen).endsWith("Configured");
        meanwhile = () -> {};
        holds.release();
        loop.run();
        assertThat(seen)
                .endsWith(
                        "command-received(PING)",
                        "Commanded",
                        "command-received(PING)",
                        "Commanded");
    }

    @Test
    void aDeviceThatTakesTimeHoldsTheStreamBack() {
        link.receive(stream().full(5, slow).command(new Command.Ping(1)).bytes());
        loop.advanceMillis(4);
        assertThat(seen).endsWith("device-load-started(" + slow.idstr() + ")");
        loop.advanceMillis(1);
        assertThat(seen)
                .endsWith(
                        "device-loaded(" + slow.idstr() + ")",
                        "command-received(PING)",
                        "Commanded");
    }

    @Test
    void aStreamThatEndsTooEarlyFailsWithItsPlace() {
        link.receive(pinged().bytes());
        link.breakOff("reset");
        assertThat(seen.getLast())
                .startsWith("Main channel: Stream ended before its EOF byte")
                .endsWith("(reset)");
    }

    @Test
    void theEndOfAStreamThatIsHeldWaits() {
        meanwhile = holds::hold;
        link.receive(stream().eof().description("{}").bytes());
        link.breakOff("reset");
        assertThat(seen).doesNotContain("ended");
        holds.release();
        loop.run();
        assertThat(seen).endsWith("eof-received", "ended");
    }

    @Test
    void nothingIsReadAfterTheEndOfTheMigration() {
        meanwhile = state::end;
        link.receive(pinged().bytes());
        assertThat(seen)
                .endsWith(
                        "Configured",
                        "Main channel: the migration has ended or paused (at byte 17,"
                                + " command PING)");
    }

    @Test
    void aDeviceThatIsDoneWhenTheChannelHasBeenReplacedEndsNothing() {
        link.receive(stream().full(5, slow).bytes());
        link.breakOff("reset");
        state.pause();
        inputs.replace();
        state.resume();
        loop.advanceMillis(5);
        assertThat(seen).endsWith("device-loaded(" + slow.idstr() + ")");
    }

    private PackageInput devices(StreamHolds packageHolds, StreamBytes contents) {
        ByteBuf blob = Unpooled.wrappedBuffer(contents.bytes());
        return streams.devices(
                blob, packageHolds, this::follow, () -> seen.add("loaded"), this::failed);
    }

    @Test
    void aPackageIsLoadedBesideTheMainChannelAndWaitsForItsDevices() {
        StreamHolds packageHolds = new StreamHolds();
        PackageInput input =
                devices(
                        packageHolds,
                        StreamBytes.listen().full(5, slow).command(new Command.PostcopyRun()));
        input.load();
        assertThat(packageHolds.held()).isTrue();
        assertThat(holds.held()).isFalse();
        assertThat(input.loaded()).isFalse();
        loop.advanceMillis(5);
        assertThat(input.loaded()).isTrue();
        assertThat(seen).endsWith("command-received(POSTCOPY_RUN)", "Commanded", "loaded");
    }

    @Test
    void aPackageThatDoesNotSayRunFails() {
        devices(new StreamHolds(), StreamBytes.listen()).load();
        assertThat(seen.getLast()).contains("Package ended", "before POSTCOPY_RUN");
    }

    @Test
    void thePreemptChannelIsReadWhenPagesCanBeMissing() {
        ManualLink preempt = new ManualLink("preempt", loop);
        PreemptInput input =
                new PreemptInput(preempt, state, () -> 77, () -> seen.add("ended"), this::failed);
        preempt.attach(input);
        preempt.receive(
                new StreamBytes()
                        .pageRecord(new RamBlockName(SmallGuest.BLOCK), 3, 7)
                        .endOfRecords()
                        .bytes());
        loop.run();
        assertThat(here.ram.blocks().getFirst().isZero(3)).isTrue();
        input.listen(pages);
        loop.run();
        assertThat(here.ram.blocks().getFirst().isZero(3)).isFalse();
        assertThat(input.ended()).isTrue();
        preempt.end();
        assertThat(seen).containsExactly("ended");
    }
}
