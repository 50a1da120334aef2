package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages find their way by other outputs than records on one link, from the same scan. */
class PageOutputTest {

    private static final List<RamBlockSpec> BLOCKS =
            List.of(new RamBlockSpec("a", 40 * 4096), new RamBlockSpec("b", 32 * 4096, 8 * 4096));
    private static final int PAGES = 72;

    private final GuestRam here = GuestRam.allocate(BLOCKS);
    private final GuestRam there = GuestRam.allocate(BLOCKS);
    private final RamBlock a = here.blocks().getFirst();
    private final PageScan scan = new PageScan(here);
    private final UnsentPages unsent = scan.unsent();
    private final RecordOutput records = new RecordOutput(here, true, new PageCounts());
    private final SplittableRandom random = new SplittableRandom(16);

    @TempDir Path dir;

    @AfterEach
    void unmap() {
        here.close();
        there.close();
    }

    private void storeAtRandom(int count) {
        for (int i = 0; i < count; i++) {
            RamBlock block = here.blocks().get(random.nextInt(2));
            ReadRecords.store(
                    block,
                    random.nextLong(block.pageCount()),
                    random.nextInt(4096),
                    random.nextInt(-1, 2));
        }
        unsent.sync();
    }

    private static ByteBuf batch(int bytes) {
        return UnpooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
    }

    // ---- as multifd

    private List<RecordOutput> channels() {
        return Stream.generate(records::another).limit(3).toList();
    }

    /** Gives each channel a new batch, small enough for several in a round. */
    private static List<ByteBuf> open(List<RecordOutput> channels) {
        List<ByteBuf> batches = Stream.generate(() -> batch(64 * 1024)).limit(3).toList();
        for (int i = 0; i < 3; i++) {
            channels.get(i).into(batches.get(i), 64 * 1024);
        }
        return batches;
    }

    @Test
    void channelsShareThePagesAndMayBeReadInAnyOrderUpToTheirMarks() {
        unsent.addAll();
        List<RecordOutput> channels = channels();
        SpreadOutput spread = new SpreadOutput(channels);
        List<ReadRecords> arrivals =
                Stream.generate(() -> new ReadRecords(there)).limit(3).toList();
        for (int round = 0; round < 20; round++) {
            storeAtRandom(60);
            int mostAtOnce = 0;
            while (unsent.count() > 0) {
                List<ByteBuf> batches = open(channels);
                scan.give(spread);
                List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
                Collections.shuffle(order, new Random(round));
                arrivals.forEach(arrival -> arrival.pages.clear());
                order.forEach(i -> arrivals.get(i).read(batches.get(i)));
                long busy = arrivals.stream().filter(each -> !each.pages.isEmpty()).count();
                mostAtOnce = Math.max(mostAtOnce, (int) busy);
            }
            assertThat(mostAtOnce).isEqualTo(3);
            ReadRecords.assertSame(here, there);
        }
    }

    @Test
    void aHostPageStaysOnOneChannel() {
        unsent.addAll();
        scan.enterPostcopy();
        List<RecordOutput> channels = channels();
        List<ByteBuf> batches = open(channels);
        scan.give(new HostPages(here.blocks().getLast(), 8), new SpreadOutput(channels));
        List<Integer> counts =
                batches.stream()
                        .map(batch -> {
                            ReadRecords arrival = new ReadRecords(there);
                            arrival.read(batch);
                            return arrival.pages.size();
                        })
                        .toList();
        assertThat(counts).containsExactly(8, 0, 0);
    }

    // ---- as mapped-ram

    /** Reads the file as a destination would: whatever has its bit. */
    private void load(FileChannel file) throws IOException {
        MemorySegment all = MemorySegment.ofArray(new byte[PAGES * 4096 + PAGES / 8]);
        file.read(all.asByteBuffer(), 0);
        BitSet filled = BitSet.valueOf(all.asSlice(PAGES * 4096L).asByteBuffer());
        for (int place = 0; place < PAGES; place++) {
            RamBlock block = there.blockOfPage(place);
            long page = place - block.firstPage();
            if (filled.get(place)) {
                block.willStore(page);
                MemorySegment.copy(all, place * 4096L, block.segment(), page * 4096, 4096);
            } else {
                block.loadZeros(page);
            }
        }
    }

    private FileChannel file() throws IOException {
        return FileChannel.open(
                dir.resolve("ram"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    @Test
    void aFileHoldsEachPageOnceAtItsPlaceHoweverOftenItIsSent() throws IOException {
        unsent.addAll();
        try (FileChannel file = file()) {
            FileOutput output = new FileOutput(file, PAGES);
            for (int round = 0; round < 20; round++) {
                storeAtRandom(60);
                scan.give(output);
                assertThat(unsent.count()).isZero();
                load(file);
                ReadRecords.assertSame(here, there);
                assertThat(file.size()).isEqualTo(PAGES * 4096 + PAGES / 8);
            }
        }
    }

    @Test
    void aPageOfZerosClearsTheBitOfWhatIsInTheFile() throws IOException {
        try (FileChannel file = file()) {
            FileOutput output = new FileOutput(file, PAGES);
            ReadRecords.store(a, 3, 9, 1);
            unsent.sync();
            scan.give(output);
            load(file);
            ReadRecords.assertSame(here, there);
            ReadRecords.store(a, 3, 9, 0);
            unsent.sync();
            scan.give(output);
            load(file);
            ReadRecords.assertSame(here, there);
            assertThat(there.blocks().getFirst().isZero(3)).isTrue();
        }
    }
}
