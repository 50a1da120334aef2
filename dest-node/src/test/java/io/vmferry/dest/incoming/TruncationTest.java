package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A small valid stream that is cut at every byte, or has one of its bits turned. */
class TruncationTest {

    private static GuestRam ram;

    private long directBytes;

    @BeforeAll
    static void allocate() {
        ram =
                GuestRam.allocate(
                        List.of(new RamBlockSpec(Destination.BLOCK, Destination.RAM_BYTES)));
    }

    @AfterAll
    static void free() {
        ram.close();
    }

    /** A destination over the memory that all have in common, since mapping it is what costs. */
    private static Destination destination() {
        Destination.Plan plan = new Destination.Plan();
        plan.ram = Optional.of(ram);
        return new Destination(plan);
    }

    @BeforeEach
    void countMemory() {
        directBytes = usedDirectBytes();
    }

    @AfterEach
    void allMemoryIsGivenBack() {
        assertThat(usedDirectBytes()).isEqualTo(directBytes);
    }

    private static long usedDirectBytes() {
        return UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()
                + ManualLink.ALLOCATOR.metric().usedDirectMemory();
    }

    private static StreamBytes untilEof(boolean withPage) {
        StreamBytes stream =
                new StreamBytes()
                        .begin()
                        .command(new Command.OpenReturnPath())
                        .command(new Command.Ping(1))
                        .ramStart()
                        .page(Destination.BLOCK_NAME, 1, 0);
        if (withPage) {
            stream.page(Destination.BLOCK_NAME, 2, 0x5A);
        }
        return stream.command(new Command.SwitchoverStart())
                .ramEnd()
                .full(0, new TimerDevice())
                .full(3, new GlobalStateDevice(() -> RunState.RUNNING))
                .eof();
    }

    @Test
    void cutBeforeEofItFailsAndSaysWhere() {
        byte[] stream = untilEof(true).bytes();
        int opened = new StreamBytes().begin().command(new Command.OpenReturnPath()).length();
        for (int length = 4; length < stream.length; length++) {
            try (Destination here = destination()) {
                ManualLink link = here.load(Arrays.copyOf(stream, length));
                here.assertFailed(
                        "Main channel: ", String.format(Locale.ROOT, "at byte %,d", length));
                assertThat(here.told).containsExactly("setup", "active", "failed");
                var messages = Destination.messages(link);
                if (length < opened) {
                    assertThat(messages).as("cut at %d", length).isEmpty();
                } else {
                    assertThat(messages)
                            .as("cut at %d", length)
                            .endsWith(new ReturnPathMessage.Shut(1));
                }
            }
        }
    }

    @Test
    void cutAfterEofItIsComplete() {
        StreamBytes whole = untilEof(false);
        int eof = whole.length();
        byte[] stream = whole.description("{\"page_size\": 4096}").bytes();
        for (int length = eof; length <= stream.length; length++) {
            try (Destination here = destination()) {
                ManualLink link = here.load(Arrays.copyOf(stream, length));
                here.assertCompleted();
                assertThat(Destination.messages(link)).endsWith(new ReturnPathMessage.Shut(0));
            }
        }
    }

    /** Fewer bytes than a magic: somebody looked whether the port is open. */
    @Test
    void aConnectionThatSaysNothingIsNoMigration() {
        for (int length = 0; length < 4; length++) {
            try (Destination here = destination()) {
                here.load(Arrays.copyOf(untilEof(false).bytes(), length));
                assertThat(here.status()).isEqualTo(MigrationStatus.SETUP);
                here.load(untilEof(false).bytes());
                here.assertCompleted();
            }
        }
    }

    @Test
    void anyTurnedBitEndsInCompletedOrFailed() {
        byte[] stream = untilEof(false).description("{}").bytes();
        for (int bit = 0; bit < stream.length * 8; bit++) {
            byte[] bad = stream.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertEnds(bad, "bit " + bit);
        }
    }

    @Test
    void anyGarbageEndsInCompletedOrFailed() {
        byte[] stream = untilEof(false).description("{}").bytes();
        for (long seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bad = stream.clone();
            int changes = random.nextInt(1, 6);
            for (int i = 0; i < changes; i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            assertEnds(bad, "seed " + seed);
        }
    }

    private static void assertEnds(byte[] stream, String what) {
        try (Destination here = destination()) {
            here.load(stream);
            assertThat(here.status())
                    .as(what)
                    .isIn(MigrationStatus.COMPLETED, MigrationStatus.FAILED);
            assertThat(here.error()).as(what).matches("[ -~]+");
            assertThat(here.ends).as(what).hasSize(1);
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }
}
