package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.stream.Command;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Old destinations take a zero page at its word: its bytes are what it is filled with. */
class ZeroPageFillTest {

    private static byte[] zeroRecord(int page, int fill) {
        return HexFormat.of()
                .parseHex(
                        "%016x".formatted(page * 4096L | 2) + "0372616d" + "%02x".formatted(fill));
    }

    private static void assertFilled(Destination here, int page, int fill) {
        RamBlock block = here.ram.block(Destination.BLOCK).orElseThrow();
        assertThat(block.received().get(page)).isTrue();
        for (long at = page * 4096L; at < (page + 1) * 4096L; at++) {
            assertThat(block.segment().get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) fill);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_8_2"})
    void inAPrecopy(Profile profile) {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = profile;
        try (Destination here = new Destination(plan)) {
            here.connect()
                    .receive(
                            new StreamBytes()
                                    .begin()
                                    .ramStart()
                                    .page(Destination.BLOCK_NAME, 2, 9)
                                    .part(in ->
                                            in.writeBytes(zeroRecord(1, 0xA5))
                                                    .writeBytes(zeroRecord(2, 0)))
                                    .bytes());
            here.loop.run();
            assertFilled(here, 1, 0xA5);
            assertFilled(here, 2, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_8_2"})
    void inAPostcopy(Profile profile) {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = profile;
        plan.capabilities.add(Capability.POSTCOPY_RAM);
        try (Destination here = new Destination(plan)) {
            here.connect()
                    .receive(
                            new StreamBytes()
                                    .beginPostcopy()
                                    .discard(0, 8)
                                    .command(new Command.PostcopyListen())
                                    .command(new Command.PostcopyRun())
                                    .part(in -> in.writeBytes(zeroRecord(3, 0x5A)))
                                    .bytes());
            here.loop.run();
            assertFilled(here, 3, 0x5A);
        }
    }
}
