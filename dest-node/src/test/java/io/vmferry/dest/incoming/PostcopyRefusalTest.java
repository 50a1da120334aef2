package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.stream.Command;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a destination refuses on the way into postcopy, and what it says. */
class PostcopyRefusalTest {

    private static Command advise(long summary, long target) {
        return new Command.PostcopyAdvise(Optional.of(new Command.PageSizes(summary, target)));
    }

    private static Command discard(String block, long start, long length) {
        return new Command.PostcopyRamDiscard(block, List.of(new Command.Range(start, length)));
    }

    private static StreamBytes begun() {
        return new StreamBytes().begin().command(new Command.OpenReturnPath());
    }

    private static StreamBytes advised() {
        return begun().command(advise(4096, 4096)).ramStart();
    }

    private static void assertRefused(StreamBytes stream, String... says) {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = here.connect();
            main.receive(stream.bytes());
            here.loop.run();
            here.assertFailed(says);
            assertThat(here.told).doesNotContain("RESUME");
            assertThat(Destination.messages(main)).endsWith(new ReturnPathMessage.Shut(1));
        }
    }

    // ---- commands out of their order

    static Stream<Arguments> outOfOrder() {
        Command listen = new Command.PostcopyListen();
        Command run = new Command.PostcopyRun();
        return Stream.of(
                Arguments.of(
                        begun().command(discard("ram", 0, 4096)),
                        "POSTCOPY_RAM_DISCARD in postcopy state none (0)"),
                Arguments.of(begun().command(listen), "POSTCOPY_LISTEN in postcopy state none (0)"),
                Arguments.of(begun().command(run), "POSTCOPY_RUN in postcopy state none (0)"),
                Arguments.of(
                        advised().command(advise(4096, 4096)),
                        "POSTCOPY_ADVISE in postcopy state advise (1)"),
                Arguments.of(advised().command(run), "POSTCOPY_RUN in postcopy state advise (1)"),
                Arguments.of(
                        advised().discard(0, 1).command(advise(4096, 4096)),
                        "POSTCOPY_ADVISE in postcopy state discard (2)"),
                Arguments.of(
                        advised().discard(0, 1).command(run),
                        "POSTCOPY_RUN in postcopy state discard (2)"),
                // there must have been a discard, if only of nothing
                Arguments.of(
                        advised().packaged(StreamBytes.listen().run()),
                        "POSTCOPY_RUN in postcopy state discard (2)"),
                Arguments.of(
                        advised().discard(0, 1).packaged(StreamBytes.listen().command(listen)),
                        "POSTCOPY_LISTEN in postcopy state listening (3)"),
                Arguments.of(
                        advised().discard(0, 1).packaged(StreamBytes.listen().discard(0, 1)),
                        "POSTCOPY_RAM_DISCARD is not allowed inside a package"),
                Arguments.of(
                        advised()
                                .discard(0, 1)
                                .packaged(StreamBytes.listen().command(advise(4096, 4096))),
                        "POSTCOPY_ADVISE is not allowed inside a package"));
    }

    @ParameterizedTest
    @MethodSource("outOfOrder")
    void aCommandOutOfItsOrderIsRefused(StreamBytes stream, String says) {
        assertRefused(stream, says);
    }

    /** The main stream goes on while the package loads. */
    @Test
    void nothingIsDiscardedAnyMoreWhileThePackageLoads() {
        try (Destination here = PostcopyPlan.slow(50)) {
            ManualLink main = here.connect();
            main.receive(packaged(StreamBytes.listen().full(9, NET).run()).bytes());
            main.receive(new StreamBytes().discard(0, 1).bytes());
            here.loop.run();
            here.assertFailed("POSTCOPY_RAM_DISCARD in postcopy state listening (3)");
        }
    }

    @Test
    void aDiscardOfNothingIsEnoughToRun() {
        try (Destination here = PostcopyPlan.destination()) {
            here.connect()
                    .receive(
                            advised()
                                    .command(discard("ram", 0, 0))
                                    .packaged(StreamBytes.listen().run())
                                    .bytes());
            assertThat(here.told).as(here.error()).endsWith("RESUME");
        }
    }

    // ---- ADVISE

    @Test
    void aSourceWithOtherPageSizesIsRefused() {
        assertRefused(
                begun().command(advise(4096 | 2 << 20, 4096)),
                "page sizes 0x201000 and target page size 0x1000 at the source, 0x1000 and 0x1000 here");
        assertRefused(
                begun().command(advise(4096, 16384)),
                "page sizes 0x1000 and target page size 0x4000 at the source");
    }

    @Test
    void bothSidesMustAgreeOnWhatFollows() {
        assertRefused(
                begun().command(new Command.PostcopyAdvise(Optional.empty())),
                "postcopy without RAM, but capability postcopy-ram is on here");
        Destination.Plan plan = new Destination.Plan();
        plan.capabilities.add(Capability.DIRTY_BITMAPS);
        try (Destination here = new Destination(plan)) {
            here.connect().receive(begun().command(advise(4096, 4096)).bytes());
            here.assertFailed("postcopy of RAM, but capability postcopy-ram is off here");
        }
    }

    // ---- discards

    static Stream<Arguments> badDiscards() {
        return Stream.of(
                Arguments.of(discard("rom", 0, 4096), "unknown RAM block 'rom'"),
                Arguments.of(
                        discard("ram", 2048, 4096),
                        "discard at 0x800 of 'ram', whose pages have 4096 bytes"),
                Arguments.of(
                        discard("ram", 0, 9 * 4096),
                        "discard of 0x9000 bytes at 0x0 of 'ram', which has 0x8000 bytes"),
                Arguments.of(
                        discard("ram", 8 * 4096, 4096),
                        "discard of 0x1000 bytes at 0x8000 of 'ram', which has 0x8000 bytes"),
                Arguments.of(discard("ram", -4096, 4096), "which has 0x8000 bytes"),
                Arguments.of(discard("ram", 4096, -1), "which has 0x8000 bytes"),
                Arguments.of(discard("ram", 4096, Long.MAX_VALUE), "which has 0x8000 bytes"));
    }

    @ParameterizedTest
    @MethodSource("badDiscards")
    void aDiscardOfWhatIsNotThereIsRefused(Command discard, String says) {
        assertRefused(advised().command(discard), says);
    }

    @Test
    void aDiscardForgetsWholePages() {
        try (Destination here = PostcopyPlan.destination()) {
            StreamBytes stream = advised();
            for (int page = 0; page < 8; page++) {
                stream.page(Destination.BLOCK_NAME, page, 1);
            }
            here.connect()
                    .receive(
                            stream.command(discard("ram", 2 * 4096, 4097))
                                    .command(discard("ram", 7 * 4096, 4096))
                                    .bytes());
            assertThat(here.ram.blocks().getFirst().received().word(0)).isEqualTo(0b0111_0011);
        }
    }

    // ---- the package

    private static StreamBytes packaged(StreamBytes contents) {
        return advised().discard(0, 1).packaged(contents);
    }

    private static final StateDevice NET =
            (StateDevice) DeviceSpec.parse("virtio-net").create(1, 0);

    static Stream<Arguments> badPackages() {
        return Stream.of(
                Arguments.of(StreamBytes.listen(), "before POSTCOPY_RUN"),
                Arguments.of(new StreamBytes(), "before POSTCOPY_RUN"),
                Arguments.of(StreamBytes.listen().hex("08 0005 00"), "Package ended"),
                Arguments.of(StreamBytes.listen().hex("ff"), "0xff"),
                Arguments.of(StreamBytes.listen().full(9, NET).run(), "no device"),
                Arguments.of(StreamBytes.listen().packaged(StreamBytes.listen()), "PACKAGED"));
    }

    @ParameterizedTest
    @MethodSource("badPackages")
    void aPackageThatCannotBeLoadedLeavesTheGuestToTheSource(StreamBytes contents, String says) {
        assertRefused(packaged(contents), "Main channel: ", says);
    }

    @Test
    void theMainStreamMustNotEndBeforeThePackageDoes() {
        assertRefused(
                packaged(StreamBytes.listen().eof()).ramEnd().eof(), "POSTCOPY_RUN never came");
    }

    @Test
    void aPackageThatDoesNotComeWholeIsNotBegun() {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = here.connect();
            byte[] all = packaged(StreamBytes.listen().run()).bytes();
            main.receive(Arrays.copyOf(all, all.length - 1));
            assertThat(here.points).doesNotContain("listening");
            main.end();
            here.loop.run();
            here.assertFailed("Main channel: ");
        }
    }
}
