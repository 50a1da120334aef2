package io.vmferry.protocol.multifd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamFlags;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PackingTest {

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Deque<Runnable> done = new ArrayDeque<>();
    private final List<ByteBuf> sent = new ArrayList<>();

    private Packing packing(String compression) throws Exception {
        Map<Parameter, Object> changes = Map.of(Parameter.MULTIFD_COMPRESSION, compression);
        Parameters parameters =
                Parameters.defaults(Profile.QEMU_10_2)
                        .with(changes, changes.keySet(), Capabilities.none());
        return new Packing(
                parameters,
                (task, then) -> {
                    tasks.add(task);
                    done.add(then);
                },
                WorkBuffers.toPack());
    }

    private static ByteBuf packet(int pages) {
        ByteBuf packet = Unpooled.directBuffer();
        PacketWriter header = new PacketWriter();
        for (int page = 0; page < pages; page++) {
            header.page((long) page * RamFlags.PAGE_SIZE);
        }
        header.header(packet, 2, pages * RamFlags.PAGE_SIZE, 0, "ram");
        return packet.writeZero(pages * RamFlags.PAGE_SIZE);
    }

    /** The loop only passes on what came out, in a buffer of its size. */
    @Test
    void allOfTheWorkIsDoneBesideTheLoop() throws Exception {
        ByteBuf packet = packet(100);
        packing("zlib").pack(packet, sent::add);
        assertThat(packet.refCnt()).isEqualTo(1);
        tasks.remove().run();
        assertThat(packet.refCnt()).as("free for another packet").isZero();
        assertThat(sent).isEmpty();
        done.remove().run();
        ByteBuf packed = sent.getFirst();
        assertThat(packed.capacity()).isEqualTo(packed.readableBytes()).isLessThan(10_000);
        assertThat(packed.getInt(PacketFormat.PAYLOAD_BYTES_AT))
                .isEqualTo(packed.readableBytes() - PacketFormat.HEADER_BYTES);
    }

    @Test
    void aPacketWithoutPagesKeepsItsPlace() throws Exception {
        Packing packing = packing("zstd");
        packing.pack(packet(1), sent::add);
        packing.pack(packet(0), sent::add);
        assertThat(sent).isEmpty();
        while (!tasks.isEmpty()) {
            tasks.remove().run();
            done.remove().run();
        }
        assertThat(sent.getFirst().readableBytes()).isGreaterThan(PacketFormat.HEADER_BYTES);
        assertThat(sent.getLast().readableBytes()).isEqualTo(PacketFormat.HEADER_BYTES);
    }

    @Test
    void whatIsNotCompressedIsSentAtOnce() throws Exception {
        ByteBuf packet = packet(3);
        packing("none").pack(packet, sent::add);
        assertThat(sent).containsExactly(packet);
    }
}
