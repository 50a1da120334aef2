package io.vmferry.machine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.device.VfioLoader.VfioFlag;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VfioDeviceTest {
    private static final String SPEC = "vfio,state-size=3000,initial-size=500";

    @Test
    void aWholeMigrationArrivesWithinAnyBudget() throws StreamException {
        for (int seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            IterableDevice source = device(SPEC, seed);
            IterableDevice target = device(SPEC, 77);
            for (byte[] payload : payloads(source, random)) {
                Payloads.loadByteByByte(target.loader(1), payload);
            }
            target.checkLoaded();
            assertThat(source.pendingBytes()).as("seed %d", seed).isZero();
            for (byte[] payload : payloads(target, random)) {
                Payloads.load(source.loader(1), payload);
            }
            source.checkLoaded();
        }
    }

    @Test
    void sendsInitialDataWhileTheGuestRunsAndTheRestAfter() {
        IterableDevice device = device(SPEC, 1);
        Payloads.of(device::setup);
        assertThat(device.pendingBytes()).isEqualTo(3524);
        assertThat(device.iterate(Unpooled.buffer(), 400)).isFalse();
        assertThat(device.iterate(Unpooled.buffer(), 400)).isTrue();
        assertThat(device.pendingBytes()).isEqualTo(3024);
        byte[] idle = Payloads.of(out -> device.iterate(out, 400));
        assertThat(idle).hasSize(8);
    }

    @Test
    void announcesTheEndOfItsInitialDataOnceWhenAsked() throws StreamException {
        IterableDevice source = device(SPEC, 1);
        assertThat(source.switchoverAckNeeded()).isTrue();
        source.switchoverAck(true);
        for (int migration = 0; migration < 2; migration++) {
            IterableDevice target = device(SPEC, 2);
            target.switchoverAck(true);
            Payloads.load(target.loader(1), Payloads.of(source::setup));
            assertThat(source.precopyPendingBytes()).isEqualTo(500 + 8);
            Payloads.load(target.loader(1), Payloads.of(out -> source.iterate(out, 400)));
            assertThat(target.initialDataLoaded()).isFalse();
            byte[] last = Payloads.of(out -> source.iterate(out, 400));
            assertThat(hex(last)).endsWith("ffffffffef100005");
            Payloads.loadByteByByte(target.loader(1), last);
            assertThat(target.initialDataLoaded()).isTrue();
            assertThat(source.precopyPendingBytes()).isZero();
            byte[] idle = Payloads.of(out -> source.iterate(out, 400));
            assertThat(hex(idle)).isEqualTo("ffffffffef100001");
        }
    }

    /** Without initial data the word that announces its end is still sent while the guest runs. */
    @Test
    void announcesEvenIfThereIsNoInitialData() {
        IterableDevice source = device("vfio,state-size=40", 1);
        source.switchoverAck(true);
        source.setup(Unpooled.buffer());
        assertThat(source.precopyPendingBytes()).isEqualTo(8);
        byte[] part = Payloads.of(out -> source.iterate(out, 400));
        assertThat(hex(part)).isEqualTo("ffffffffef100005");
        assertThat(source.precopyPendingBytes()).isZero();
    }

    @Test
    void refusesAnAnnouncementThatNobodyAskedForAndASecondOne() throws StreamException {
        ByteBuf word = Unpooled.buffer().writeLong(VfioFlag.DEV_INIT_DATA_SENT.word());
        IterableDevice off = device(SPEC, 1);
        assertThatThrownBy(() -> off.loader(1).read(word.duplicate()))
                .hasMessageContaining("capability switchover-ack is off here");
        IterableDevice on = device(SPEC, 1);
        on.switchoverAck(true);
        on.loader(1).read(word.duplicate());
        assertThatThrownBy(() -> on.loader(1).read(word.duplicate()))
                .hasMessageContaining("a second time");
    }

    @Test
    void beginsAgainAfterAFailedMigration() throws StreamException {
        IterableDevice source = device(SPEC, 1);
        source.setup(Unpooled.buffer());
        source.complete(Unpooled.buffer(), 2000);
        IterableDevice target = device(SPEC, 2);
        ByteBuf half = Unpooled.buffer();
        device(SPEC, 1).complete(half, 2000);
        assertThat(target.loader(1).read(half)).isFalse();
        for (byte[] payload : payloads(source, new SplittableRandom(3))) {
            Payloads.load(target.loader(1), payload);
        }
        target.checkLoaded();
    }

    @Test
    void hasTheFlagsOfQemu() {
        IterableDevice device = device("vfio,state-size=4", 1);
        assertThat(hex(Payloads.of(device::setup))).isEqualTo("ffffffffef100003ffffffffef100001");
        byte[] end = Payloads.of(out -> device.complete(out, 4096));
        assertThat(end).hasSize(16 + 24 + 4 + 8 + VfioDevice.CONFIG_BYTES + 8);
        assertThat(hex(end))
                .startsWith("ffffffffef100004000000000000001c")
                .endsWith("ffffffffef100001");
        assertThat(hex(end).substring(2 * (16 + 28))).startsWith("ffffffffef100002");
    }

    @Test
    void refusesEveryFlippedByteOfTheEnd() throws StreamException {
        IterableDevice source = device("vfio,state-size=40", 1);
        byte[] setup = Payloads.of(source::setup);
        byte[] end = Payloads.of(out -> source.complete(out, 4096));
        for (int at = 0; at < end.length; at++) {
            byte[] damaged = end.clone();
            damaged[at] ^= 1;
            IterableDevice target = device("vfio,state-size=40", 1);
            Payloads.load(target.loader(1), setup);
            assertThatThrownBy(
                            () -> {
                                ByteBuf in = Unpooled.wrappedBuffer(damaged);
                                target.loader(1).read(in);
                                target.checkLoaded();
                            })
                    .as("byte %d", at)
                    .isInstanceOfSatisfying(
                            StreamException.class,
                            e -> assertThat(e.error()).isEqualTo(StreamError.DEVICE_STATE))
                    .hasMessageStartingWith("Device '0000:00:02.0/vfio' refuses its state: ");
        }
    }

    @Test
    void refusesWhatIsTooMuchOrTooLittle() throws StreamException {
        IterableDevice target = device("vfio,state-size=40", 1);
        ByteBuf tooMuch =
                Unpooled.buffer()
                        .writeLong(VfioFlag.DEV_DATA_STATE.word())
                        .writeLong(0xFFFFFFFFFFFFFFFFL);
        assertThatThrownBy(() -> target.loader(1).read(tooMuch))
                .hasMessageContaining(
                        "a chunk of 18446744073709551615 bytes exceeds the 64 bytes that are left");
        ByteBuf tooLittle = Unpooled.buffer().writeLong(VfioFlag.DEV_CONFIG_STATE.word());
        assertThatThrownBy(() -> target.loader(1).read(tooLittle))
                .hasMessageContaining("its configuration came, but 64 bytes of data did not");
        ByteBuf unended =
                Unpooled.buffer()
                        .writeLong(VfioFlag.DEV_SETUP_STATE.word())
                        .writeLong(VfioFlag.DEV_DATA_STATE.word());
        assertThatThrownBy(() -> target.loader(1).read(unended))
                .hasMessageContaining("DEV_DATA_STATE where the end of its setup is expected");
        ByteBuf nothing = Unpooled.buffer().writeLong(VfioFlag.END_OF_STATE.word());
        assertThat(target.loader(1).read(nothing)).isTrue();
        assertThatThrownBy(target::checkLoaded)
                .hasMessageContaining(
                        "ended without a configuration, 64 bytes of data are missing");
    }

    @Test
    void aLargeStateNeverNeedsMoreThanTheBudget() throws StreamException {
        IterableDevice source = device("vfio,state-size=64M", 1);
        IterableDevice target = device("vfio,state-size=64M", 2);
        Payloads.load(target.loader(1), Payloads.of(source::setup));
        ByteBuf buffer = Unpooled.directBuffer(256 << 10, 256 << 10);
        var loader = target.loader(1);
        boolean complete = false;
        while (!complete) {
            buffer.clear();
            complete = source.complete(buffer, 256 << 10);
            assertThat(loader.read(buffer)).isEqualTo(complete);
            assertThat(buffer.isReadable()).isFalse();
        }
        buffer.release();
        target.checkLoaded();
    }

    private static List<byte[]> payloads(IterableDevice source, SplittableRandom random) {
        List<byte[]> payloads = new ArrayList<>();
        payloads.add(Payloads.of(source::setup));
        boolean[] done = {false};
        while (!done[0]) {
            int budget = random.nextInt(8, 200);
            byte[] part = Payloads.of(out -> done[0] = source.iterate(out, budget));
            assertThat(part.length).isLessThanOrEqualTo(budget);
            payloads.add(part);
        }
        ByteBuf end = Unpooled.buffer();
        done[0] = false;
        while (!done[0]) {
            int budget = random.nextInt(100, 600);
            int before = end.writerIndex();
            done[0] = source.complete(end, budget);
            assertThat(end.writerIndex() - before).isLessThanOrEqualTo(budget);
        }
        payloads.add(ByteBufUtil.getBytes(end));
        return payloads;
    }

    private static IterableDevice device(String spec, long seed) {
        return (IterableDevice) DeviceSpec.parse(spec).create(seed, 0);
    }

    private static String hex(byte[] bytes) {
        return ByteBufUtil.hexDump(bytes);
    }
}
