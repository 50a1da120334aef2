package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.ram.RamWriter;
import io.vmferry.protocol.stream.Command;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which pages are written in postcopy, and in what order. */
class ScanToRecordsPostcopyTest {

    private static final int PAGES_PER_HOST_PAGE = 8;

    private final GuestRam ram = guest();
    private final GuestRam there = guest();
    private final RamBlock small = ram.blocks().getFirst();
    private final RamBlock huge = ram.blocks().getLast();
    private final PageCounts counters = new PageCounts();
    private final Sender sender = new Sender(ram, true, counters);
    private final ReadRecords main = new ReadRecords(there);

    private static GuestRam guest() {
        return GuestRam.allocate(
                List.of(
                        new RamBlockSpec("small", 40 * 4096),
                        new RamBlockSpec("huge", 32 * 4096, PAGES_PER_HOST_PAGE * 4096)));
    }

    @BeforeEach
    void sendAllOfItOnce() {
        for (RamBlock block : ram.blocks()) {
            for (long page = 0; page < block.pageCount(); page++) {
                store(block, page);
            }
        }
        ByteBuf setup = batch();
        sender.setup(setup, false);
        setup.writerIndex(setup.writerIndex() - Long.BYTES);
        pages(setup);
        while (sender.unsent.count() > 0) {
            written(1 << 20);
        }
    }

    @AfterEach
    void unmap() {
        ram.close();
        there.close();
    }

    private static void store(RamBlock block, long page) {
        ReadRecords.store(block, page, 0, 1);
    }

    private void dirty(RamBlock block, long... pages) {
        for (long page : pages) {
            store(block, page);
        }
        sender.unsent.sync();
    }

    private ByteBuf batch() {
        int bytes = (1 << 20) + sender.records.reserveBytes();
        return UnpooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
    }

    /** What one batch of the scan holds. */
    private List<String> written(int maxBytes) {
        ByteBuf out = batch();
        sender.fill(out, maxBytes);
        return pages(out);
    }

    private List<String> requested(RamBlock block, long page) {
        ByteBuf out = batch();
        sender.send(out, new HostPages(block, page));
        return pages(out);
    }

    private boolean isDirty(HostPages page) {
        long end = page.firstPage() + page.block().pagesPerHostPage();
        return sender.unsent.nextDirty(page.block(), page.firstPage(), end).isPresent();
    }

    private List<String> pages(ByteBuf out) {
        return pages(out, main);
    }

    private static List<String> pages(ByteBuf out, ReadRecords reader) {
        new RamWriter().eos(out);
        reader.pages.clear();
        reader.read(out);
        return List.copyOf(reader.pages);
    }

    private static List<String> names(String block, LongStream pages) {
        return pages.mapToObj(page -> block + " " + page).toList();
    }

    private static List<String> names(String block, long from, long to) {
        return names(block, LongStream.range(from, to));
    }

    /** Block, first page and the page after the last, of each run. */
    private List<String> pendingDiscards() {
        List<String> runs = new ArrayList<>();
        for (DirtyRuns block : sender.unsent.pendingDiscards()) {
            while (!block.done()) {
                for (Command.Range range : block.next(1)) {
                    long from = range.startBytes() / 4096;
                    long to = from + range.lengthBytes() / 4096;
                    runs.add(block.block().idstr() + " " + from + " " + to);
                }
            }
        }
        return runs;
    }

    @Test
    void whatIsDirtyIsToldInMaximalRuns() {
        dirty(small, 0, 1, 2, 5, 39);
        dirty(huge, 31);
        assertThat(pendingDiscards())
                .containsExactly("small 0 3", "small 5 6", "small 39 40", "huge 31 32");
        assertThat(sender.unsent.pendingDiscards())
                .extracting(DirtyRuns::count)
                .containsExactly(3L, 1L);
        assertThat(sender.unsent.pendingDiscards())
                .extracting(DirtyRuns::pages)
                .containsExactly(5L, 1L);
    }

    @Test
    void whatWasToldIsNotToldAgain() {
        dirty(small, 1, 2, 5);
        sender.unsent.discardsSent();
        assertThat(pendingDiscards()).isEmpty();
        dirty(small, 3, 5, 30);
        dirty(huge, 0);
        assertThat(pendingDiscards()).containsExactly("small 3 4", "small 30 31", "huge 0 1");
        assertThat(sender.unsent.count()).isEqualTo(6);
    }

    @Test
    void aHostPageThatIsDirtyInPartIsDirtyAsAWhole() {
        dirty(small, 5);
        dirty(huge, 9, 30);
        sender.enterPostcopy();
        assertThat(pendingDiscards()).containsExactly("small 5 6", "huge 8 16", "huge 24 32");
        assertThat(sender.unsent.count()).isEqualTo(17);
    }

    /** The guest writes on while it is told of, also within host pages that it is told of. */
    @Test
    void aHostPageIsToldOnceHoweverOftenItIsWritten() {
        dirty(huge, 9);
        sender.enterPostcopy();
        sender.unsent.discardsSent();
        dirty(huge, 8, 15, 16);
        sender.enterPostcopy();
        assertThat(pendingDiscards()).containsExactly("huge 16 24");
    }

    @Test
    void theFirstRecordOfPostcopyNamesItsBlock() {
        dirty(small, 7);
        sender.enterPostcopy();
        ByteBuf out = batch();
        sender.fill(out, 1 << 20);
        // a reader of its own would refuse a continuation
        ReadRecords fresh = new ReadRecords(there);
        assertThat(pages(out, fresh)).containsExactly("small 7");
    }

    @Test
    void aRequestedPageComesAtOnceAndTheScanGoesOnAfterIt() {
        dirty(small, LongStream.range(0, 40).toArray());
        sender.enterPostcopy();
        assertThat(requested(small, 20)).containsExactly("small 20");
        assertThat(isDirty(new HostPages(small, 20))).isFalse();
        assertThat(sender.unsent.count()).isEqualTo(39);

        List<String> rest = written(1 << 20);
        assertThat(rest.subList(0, 3)).containsExactly("small 21", "small 22", "small 23");
        assertThat(rest).hasSize(39).doesNotContain("small 20").doesNotHaveDuplicates();
        assertThat(rest).endsWith("small 18", "small 19");
    }

    @Test
    void aHostPageThatWasAskedForIsSentWholeAndOnce() {
        dirty(huge, 17);
        sender.enterPostcopy();
        HostPages page = new HostPages(huge, 16);
        assertThat(isDirty(page)).isTrue();
        assertThat(requested(huge, 16)).isEqualTo(names("huge", 16, 24));
        assertThat(isDirty(page)).isFalse();
        assertThat(sender.unsent.count()).isZero();
    }

    @Test
    void aPageThatIsNotDirtyIsNotServed() {
        dirty(small, 5);
        sender.enterPostcopy();
        assertThat(isDirty(new HostPages(small, 4))).isFalse();
        assertThat(isDirty(new HostPages(small, 6))).isFalse();
        assertThat(isDirty(new HostPages(huge, 0))).isFalse();
        assertThat(isDirty(new HostPages(small, 5))).isTrue();
    }

    @Test
    void theNextHostPageOfARangeIsFound() {
        dirty(small, 5, 30);
        dirty(huge, 17);
        sender.enterPostcopy();
        assertThat(sender.unsent.nextDirty(small, 0, 40)).contains(new HostPages(small, 5));
        assertThat(sender.unsent.nextDirty(small, 6, 31)).contains(new HostPages(small, 30));
        assertThat(sender.unsent.nextDirty(small, 6, 30)).isEmpty();
        assertThat(sender.unsent.nextDirty(huge, 0, 32)).contains(new HostPages(huge, 16));
        assertThat(sender.unsent.nextDirty(huge, 24, 32)).isEmpty();
    }

    /** Only one page of 16 GiB is still to be sent, and it lies at the end. */
    @Test
    void servingAPageCostsTheSameWhateverFollowsIt() {
        long pages = 4 << 20;
        try (GuestRam large = GuestRam.allocate(List.of(new RamBlockSpec("ram", pages * 4096)))) {
            RamBlock block = large.blocks().getFirst();
            Sender other = new Sender(large, true, counters);
            store(block, 7);
            store(block, pages - 1);
            other.unsent.sync();
            other.enterPostcopy();
            long before = other.unsent.wordsLookedAt();
            ByteBuf out = batch();
            assertThat(other.unsent.nextDirty(block, 6, 7)).isEmpty();
            assertThat(other.unsent.nextDirty(block, 7, 8)).isPresent();
            other.send(out, new HostPages(block, 7));
            RecordOutput preempt = other.records.another();
            preempt.into(out, out.writableBytes());
            other.scan.give(new HostPages(block, 8), preempt);
            assertThat(other.unsent.wordsLookedAt() - before).isLessThan(10);
            assertThat(out.readableBytes()).isEqualTo(8 + 4 + 4096);
            out.release();
        }
    }

    /** With the longest name, and in the middle of a section. */
    @Test
    void theRoomForAHostPageIsEnough() {
        String name = "n".repeat(255);
        for (int hostPage : new int[] {4096, 8192, 2 << 20}) {
            RamBlockSpec spec = new RamBlockSpec(name, hostPage, hostPage);
            try (GuestRam named = GuestRam.allocate(List.of(spec))) {
                RamBlock block = named.blocks().getFirst();
                Sender other = new Sender(named, true, counters);
                for (long page = 0; page < block.pageCount(); page++) {
                    store(block, page);
                }
                other.unsent.sync();
                int room = RecordOutput.recordsBytes(block);
                ByteBuf out = UnpooledByteBufAllocator.DEFAULT.directBuffer(room, room);
                other.send(out, new HostPages(block, 0));
                assertThat(out.writableBytes()).isBetween(0, 16);
                out.release();
            }
        }
    }

    @Test
    void noBatchEndsInTheMiddleOfAHostPage() {
        dirty(huge, 0, 8, 16, 24);
        sender.enterPostcopy();
        List<String> all = new ArrayList<>();
        int batches = 0;
        while (sender.unsent.count() > 0) {
            // room for a page and a half of the host beside the reserve
            List<String> batch = written(sender.records.reserveBytes() + 12 * 4096);
            assertThat(batch.size() % PAGES_PER_HOST_PAGE).isZero();
            all.addAll(batch);
            batches++;
        }
        assertThat(all).isEqualTo(names("huge", 0, 32));
        assertThat(batches).isGreaterThan(1);
    }

    @Test
    void anotherChannelContinuesOnItsOwn() {
        dirty(small, 1, 2, 3);
        sender.enterPostcopy();
        RecordOutput preempt = sender.records.another();
        ByteBuf urgent = batch();
        preempt.into(urgent, urgent.writableBytes());
        sender.scan.give(new HostPages(small, 2), preempt);
        ReadRecords other = new ReadRecords(there);
        assertThat(pages(urgent, other)).containsExactly("small 2");
        ByteBuf out = batch();
        sender.fill(out, 1 << 20);
        ReadRecords fresh = new ReadRecords(there);
        assertThat(pages(out, fresh)).containsExactly("small 1", "small 3");
    }

    @Test
    void memoryIsGivenBackAfterItWasSent() {
        dirty(small, 5, 6);
        sender.enterPostcopy();
        sender.scan.releaseSent();
        assertThat(first(4)).isZero();
        assertThat(first(5)).isEqualTo(1);
        assertThat(requested(small, 5)).containsExactly("small 5");
        assertThat(first(5)).isZero();
        assertThat(first(6)).isEqualTo(1);
    }

    private int first(long page) {
        return small.segment().get(ValueLayout.JAVA_BYTE, page * 4096);
    }
}
