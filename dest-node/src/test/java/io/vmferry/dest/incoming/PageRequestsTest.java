package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.stream.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Who asks the source for which page, and who goes on when it comes. */
class PageRequestsTest {

    private static final RamBlockName ROM = new RamBlockName("rom");

    private final List<String> seen = new ArrayList<>();

    private static byte[] page(int page) {
        return new StreamBytes().page(Destination.BLOCK_NAME, page, page + 1).bytes();
    }

    @Test
    void theFirstRequestNamesTheBlockTheOthersDoNot() {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = PostcopyPlan.running(here);
            PostcopyPlan.look(here, 3, seen);
            PostcopyPlan.look(here, 1, seen);
            PostcopyPlan.look(here, 7, seen);
            assertThat(PostcopyPlan.requests(main)).containsExactly("ram 3+1", "1+1", "7+1");
            assertThat(here.engine.figures().pageRequests()).isEqualTo(3);
        }
    }

    @Test
    void anotherBlockIsNamedAgain() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2);
        plan.blocks =
                List.of(
                        new RamBlockSpec(Destination.BLOCK, Destination.RAM_BYTES),
                        new RamBlockSpec("rom", 2 * 4096));
        try (Destination here = new Destination(plan)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .beginPostcopy(
                                    RamBlockEntry.of(Destination.BLOCK, Destination.RAM_BYTES),
                                    RamBlockEntry.of("rom", 2 * 4096))
                            .discard(0, 8)
                            .command(
                                    new Command.PostcopyRamDiscard(
                                            "rom", List.of(new Command.Range(0, 8192))))
                            .packaged(StreamBytes.listen().run())
                            .bytes());
            PostcopyPlan.look(here, 3, seen);
            assertThat(here.guest.memory().fetch(here.ram.blocks().getLast(), 1, () -> {}))
                    .isTrue();
            here.loop.run();
            PostcopyPlan.look(here, 4, seen);
            assertThat(PostcopyPlan.requests(main))
                    .containsExactly("ram 3+1", "rom 1+1", "ram 4+1");
            main.receive(new StreamBytes().page(ROM, 1, 9).bytes());
            assertThat(here.engine.figures().outstandingRequests()).isEqualTo(2);
        }
    }

    @Test
    void aPageIsAskedForOnceHoweverManyWait() {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = PostcopyPlan.running(here);
            PostcopyPlan.look(here, 3, seen);
            PostcopyPlan.look(here, 3, seen);
            PostcopyPlan.look(here, 4, seen);
            assertThat(PostcopyPlan.requests(main)).containsExactly("ram 3+1", "4+1");
            main.receive(page(3));
            assertThat(seen).containsExactly("page 3", "page 3");
            assertThat(here.engine.figures().outstandingRequests()).isEqualTo(1);
            assertThat(here.points).contains("requested-page-placed(ram+0x3000)");
            main.receive(page(5));
            assertThat(seen).hasSize(2);
        }
    }

    /** The loop may have much to read before it comes to what was posted. */
    @Test
    void whatADeviceNeedsIsAskedForAtOnce() {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = PostcopyPlan.running(here);
            here.guest.memory().fetch(here.ram.blocks().getFirst(), 3, () -> seen.add("page 3"));
            assertThat(PostcopyPlan.requests(main)).containsExactly("ram 3+1");
        }
    }

    @Test
    void aHostPageIsAskedForAndPlacedWhole() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2);
        plan.blocks = List.of(new RamBlockSpec(Destination.BLOCK, 8 * 4096, 4 * 4096));
        try (Destination here = new Destination(plan)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .begin()
                            .command(new Command.OpenReturnPath())
                            .command(
                                    new Command.PostcopyAdvise(
                                            Optional.of(new Command.PageSizes(4 * 4096, 4096))))
                            .ramStart(
                                    new RamBlockEntry(
                                            Destination.BLOCK,
                                            8 * 4096,
                                            OptionalLong.of(4 * 4096),
                                            OptionalLong.empty()))
                            .discard(0, 8)
                            .packaged(StreamBytes.listen().run())
                            .bytes());
            PostcopyPlan.look(here, 6, seen);
            PostcopyPlan.look(here, 5, seen);
            assertThat(PostcopyPlan.requests(main)).containsExactly("ram 4+4");
            for (int page = 4; page < 7; page++) {
                main.receive(page(page));
                assertThat(here.ram.blocks().getFirst().received().cardinality()).isZero();
            }
            assertThat(seen).isEmpty();
            main.receive(page(7));
            assertThat(seen).containsExactly("page 6", "page 5");
            assertThat(here.ram.blocks().getFirst().received().cardinality()).isEqualTo(4);
        }
    }

    @Test
    void whoeverStillWaitsAtTheEndGoesOnWithZeros() {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = PostcopyPlan.running(here);
            PostcopyPlan.look(here, 3, seen);
            main.receive(new StreamBytes().ramEnd().eof().bytes());
            here.assertCompleted();
            assertThat(seen).containsExactly("page 3");
            assertThat(here.ram.blocks().getFirst().isZero(3)).isTrue();
            assertThat(here.guest.memory().fetch(here.ram.blocks().getFirst(), 4, () -> {}))
                    .isFalse();
        }
    }

    @Test
    void nobodyGoesOnWhilePostcopyIsPaused() {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = PostcopyPlan.running(here);
            PostcopyPlan.look(here, 3, seen);
            main.breakOff("cut");
            here.loop.run();
            assertThat(seen).isEmpty();
            assertThat(here.engine.figures().outstandingRequests()).isEqualTo(1);
            PostcopyPlan.look(here, 4, seen);
            assertThat(here.engine.figures().outstandingRequests()).isEqualTo(2);
            assertThat(PostcopyPlan.requests(main)).containsExactly("ram 3+1");
        }
    }
}
