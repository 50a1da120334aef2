package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the main channel gets, read back into the memory of another guest. */
class ScanToRecordsTest {

    private static final List<RamBlockSpec> BLOCKS =
            List.of(
                    new RamBlockSpec("pc.ram", 100 * 4096),
                    new RamBlockSpec("vga.vram", 4096),
                    new RamBlockSpec("/rom@etc/acpi/tables", 65 * 4096));

    private static final int BATCH_BYTES = 256 * 1024;

    private final GuestRam here = GuestRam.allocate(BLOCKS);
    private final GuestRam there = GuestRam.allocate(BLOCKS);
    private final PageCounts counters = new PageCounts();
    private final ReadRecords arrival = new ReadRecords(there);

    @AfterEach
    void unmap() {
        here.close();
        there.close();
    }

    private void storeAtRandom(SplittableRandom random, int count) {
        for (int i = 0; i < count; i++) {
            RamBlock block = here.blocks().get(random.nextInt(BLOCKS.size()));
            long page = random.nextLong(block.pageCount());
            byte value = random.nextInt(4) == 0 ? 0 : (byte) random.nextInt();
            ReadRecords.store(block, page, random.nextInt(4096), value);
        }
    }

    private static ByteBuf batch() {
        int bytes = BATCH_BYTES + RecordOutput.MAX_RECORD_BYTES;
        return UnpooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
    }

    private void setUp(Sender sender) {
        ByteBuf out = batch();
        sender.setup(out, false);
        arrival.read(out);
    }

    /** Sends what is dirty in pieces of so many bytes; returns the number of pieces. */
    private int send(Sender sender, int maxBytes) {
        for (int pieces = 1; ; pieces++) {
            ByteBuf out = batch();
            sender.fill(out, maxBytes);
            assertThat(out.readableBytes()).isLessThanOrEqualTo(maxBytes);
            sender.records.eos(out);
            arrival.read(out);
            if (sender.unsent.count() == 0) {
                return pieces;
            }
        }
    }

    @Test
    void listsTheBlocksAndMarksAllPages() {
        Sender sender = new Sender(here, true, counters);
        ReadRecords.store(here.blocks().get(0), 5, 0, 1);
        setUp(sender);
        assertThat(arrival.listed)
                .containsExactlyElementsOf(
                        BLOCKS.stream()
                                .map(b -> RamBlockEntry.of(b.idstr(), b.lengthBytes()))
                                .toList());
        assertThat(sender.unsent.count()).isEqualTo(166);
        assertThat(sender.unsent.bytes()).isEqualTo(166 * 4096);
        assertThat(sender.unsent.sync()).as("the log was emptied").isZero();
    }

    @Test
    void anUntouchedGuestTravelsAsZeroPagesAndAllocatesNothing() {
        Sender sender = new Sender(here, true, counters);
        setUp(sender);
        send(sender, BATCH_BYTES);
        assertThat(counters.zeroPages).isEqualTo(166);
        assertThat(counters.normalPages).isZero();
        assertThat(there.blocks()).allMatch(block -> block.received().cardinality() > 0);
        assertThat(there.blocks()).allMatch(block -> block.populated().cardinality() == 0);
    }

    @Test
    void everyByteArrivesOverAnyNumberOfPasses() {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Sender sender = new Sender(here, random.nextBoolean(), counters);
            storeAtRandom(random, random.nextInt(300));
            setUp(sender);
            for (int pass = 0; pass < 4; pass++) {
                int maxBytes = random.nextInt(RecordOutput.MAX_RECORD_BYTES, BATCH_BYTES + 1);
                send(sender, maxBytes);
                ReadRecords.assertSame(here, there);
                storeAtRandom(random, random.nextInt(100));
                sender.unsent.sync();
            }
        }
    }

    @Test
    void pagesStoredToBetweenTwoPiecesAreSentAgain() {
        Sender sender = new Sender(here, true, counters);
        RamBlock block = here.blocks().get(2);
        ReadRecords.store(block, 0, 0, 1);
        setUp(sender);
        send(sender, RecordOutput.MAX_RECORD_BYTES);
        ReadRecords.store(block, 0, 0, 2);
        ReadRecords.store(here.blocks().get(0), 99, 4095, 3);
        assertThat(sender.unsent.count()).isZero();
        assertThat(sender.unsent.sync()).isEqualTo(2);
        assertThat(sender.unsent.count()).isEqualTo(2);
        send(sender, RecordOutput.MAX_RECORD_BYTES);
        ReadRecords.assertSame(here, there);
    }

    @Test
    void aPieceHasRoomForOneRecordAtLeast() {
        Sender sender = new Sender(here, false, counters);
        setUp(sender);
        assertThat(send(sender, RecordOutput.MAX_RECORD_BYTES)).isEqualTo(166);
        assertThat(counters.normalPages).isEqualTo(166);
        assertThat(counters.all()).isEqualTo(166);
    }
}
