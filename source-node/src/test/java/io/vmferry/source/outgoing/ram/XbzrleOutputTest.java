package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class XbzrleOutputTest {

    private static final List<RamBlockSpec> BLOCKS =
            List.of(new RamBlockSpec("a", 40 * 4096), new RamBlockSpec("b", 32 * 4096, 8 * 4096));
    private static final int BATCH_BYTES = 1 << 20;

    private final GuestRam here = GuestRam.allocate(BLOCKS);
    private final GuestRam there = GuestRam.allocate(BLOCKS);
    private final RamBlock a = here.blocks().getFirst();
    private final PageScan scan = new PageScan(here);
    private final UnsentPages unsent = scan.unsent();
    private final PageCounts counts = new PageCounts();
    private final XbzrleCounters counters = new XbzrleCounters();
    private final RecordOutput records = new RecordOutput(here, true, counts);
    private final ReadRecords arrival = new ReadRecords(there);
    private final SplittableRandom random = new SplittableRandom(23);
    private long pass = 1;
    private final XbzrleOutput output = new XbzrleOutput(records, counts, counters, () -> pass);

    @BeforeEach
    void theWholeOfRamWasSent() {
        assertThat(output.begin(128 * 4096)).isEmpty();
        unsent.addAll();
        send();
        arrival.pages.clear();
    }

    @AfterEach
    void unmap() {
        output.end();
        here.close();
        there.close();
    }

    private void store(long page, long offset, int value) {
        ReadRecords.store(a, page, offset, value);
    }

    private void fillAtRandom(long page) {
        for (int i = 0; i < 4096; i++) {
            store(page, i, random.nextInt());
        }
    }

    private ByteBuf given() {
        ByteBuf batch = UnpooledByteBufAllocator.DEFAULT.directBuffer(BATCH_BYTES, BATCH_BYTES);
        scan.give(output.into(batch, BATCH_BYTES));
        return batch;
    }

    /** Sends what the guest has dirtied; returns the size of the records. */
    private int send() {
        ByteBuf batch = given();
        int bytes = batch.readableBytes();
        records.eos(batch);
        arrival.read(batch);
        return bytes;
    }

    /** Begins a pass with what the guest has dirtied, and sends it. */
    private int sendPass() {
        pass++;
        unsent.sync();
        arrival.pages.clear();
        int bytes = send();
        assertThat(unsent.count()).isZero();
        return bytes;
    }

    private void assertSame() {
        ReadRecords.assertSame(here, there);
    }

    @Test
    void thePageOfAFirstPassIsNeverADelta() {
        XbzrleOutput first = new XbzrleOutput(records, counts, counters, () -> pass);
        assertThat(first.begin(128 * 4096)).isEmpty();
        store(3, 0, 1);
        unsent.sync();
        scan.restart();
        ByteBuf batch = UnpooledByteBufAllocator.DEFAULT.directBuffer(BATCH_BYTES, BATCH_BYTES);
        scan.give(first.into(batch, BATCH_BYTES));
        store(5, 0, 1);
        unsent.sync();
        scan.give(first.into(batch, BATCH_BYTES));
        records.eos(batch);
        arrival.read(batch);
        assertThat(arrival.pages).containsExactly("a 3", "a 5");
        assertThat(counters.cacheMisses).isZero();
        first.end();
    }

    @Test
    void aPageThatComesForTheThirdTimeIsADelta() {
        fillAtRandom(3);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3");
        assertThat(counters.cacheMisses).isOne();

        store(3, 100, 1);
        store(3, 101, 2);
        int bytes = sendPass();
        assertThat(arrival.pages).containsExactly("a 3 delta");
        // word, encoding, length; two runs with their lengths
        assertThat(bytes).isEqualTo(8 + 3 + 1 + 1 + 2);
        assertThat(counters.bytes).isEqualTo(3 + 1 + 1 + 2);
        assertThat(counters.pages).isOne();
        assertThat(counts.deltaPages).isOne();
        assertThat(counts.normalPages).isOne();
        assertSame();
    }

    /** A store between the first copy of a page and the next one must not be lost by it. */
    @Test
    void aDeltaIsMadeFromWhatWasSentNotFromWhatMemoryHeldThen() {
        store(3, 100, 1);
        sendPass();
        store(3, 200, 2);
        unsent.sync();
        ByteBuf second = given();
        store(3, 201, 3);
        store(3, 200, 1);
        records.eos(second);
        arrival.read(second);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3 delta");
        assertSame();
    }

    @Test
    void aPageThatIsTheSameAgainIsNotSent() {
        fillAtRandom(3);
        sendPass();
        store(3, 0, a.segment().get(ValueLayout.JAVA_BYTE, 3 * 4096));
        assertThat(sendPass()).isZero();
        assertThat(arrival.pages).isEmpty();
        assertThat(counters.pages).isOne();
        assertThat(counters.bytes).isZero();
        assertThat(counts.sent()).isEqualTo(72 + 1);
        assertSame();
    }

    @Test
    void aPageWhoseDifferenceIsTooLongIsSentWholeAndKept() {
        fillAtRandom(3);
        sendPass();
        fillAtRandom(3);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3");
        assertThat(counters.overflows).isOne();
        assertThat(counters.pages).isOne();
        assertThat(counters.bytes).isEqualTo(4096);
        assertSame();
        store(3, 7, 7);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3 delta");
        assertSame();
    }

    @Test
    void whatWasSentAsZerosIsTheBaseOfADeltaToo() {
        store(3, 9, 1);
        sendPass();
        store(3, 9, 0);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3 zero");
        store(3, 10, 1);
        assertThat(sendPass()).isLessThan(20);
        assertThat(arrival.pages).containsExactly("a 3 delta");
        assertSame();
    }

    @Test
    void aPageGivesItsSlotUpTwoPassesAfterItWasSentLast() {
        assertThat(output.begin(16 * 4096)).isEmpty();
        output.roundEnded();
        store(3, 0, 1);
        sendPass(); // page 3 has the slot
        store(19, 0, 1);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 19");
        store(3, 0, 2);
        store(19, 0, 2);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3 delta", "a 19");
        sendPass();
        store(19, 0, 3);
        sendPass(); // page 19 gets it
        store(3, 0, 3);
        store(19, 0, 4);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3", "a 19 delta");
        assertThat(counters.cacheMisses).isEqualTo(5);
        assertSame();
    }

    @Test
    void inTheLastStageNothingIsKept() {
        store(3, 0, 1);
        sendPass();
        output.enterLastStage();
        store(3, 0, 2);
        store(5, 0, 2);
        sendPass();
        assertThat(arrival.pages).containsExactlyInAnyOrder("a 3 delta", "a 5");
        store(5, 0, 3);
        sendPass();
        assertThat(arrival.pages).as("not kept").containsExactly("a 5");
        assertSame();
    }

    @Test
    void withoutItsCacheItWritesRecords() {
        store(3, 0, 1);
        sendPass();
        output.end();
        output.roundEnded();
        store(3, 0, 2);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3");
        output.end();
    }

    @Test
    void aNewSizeEmptiesTheCacheAndTheSameSizeDoesNot() {
        store(3, 0, 1);
        sendPass();
        assertThat(output.resize(128 * 4096)).isEmpty();
        store(3, 0, 2);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3 delta");
        assertThat(output.resize(64 * 4096)).isEmpty();
        store(3, 0, 3);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3");
        store(3, 0, 4);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3 delta");
        assertSame();
    }

    @Test
    void aCacheThatCannotBeMappedLeavesTheOneThatIsThere() {
        store(3, 0, 1);
        sendPass();
        assertThat(output.resize(1L << 62)).isPresent();
        assertThat(output.resize(1L << 63)).isPresent();
        store(3, 0, 2);
        sendPass();
        assertThat(arrival.pages).containsExactly("a 3 delta");
        assertSame();
    }

    @Test
    void aGoEndsAfterManyPagesThatWriteNothing() {
        ByteBuf batch = UnpooledByteBufAllocator.DEFAULT.directBuffer(BATCH_BYTES, BATCH_BYTES);
        output.into(batch, BATCH_BYTES);
        output.roundEnded();
        store(3, 0, 1);
        for (int i = 0; i < 4096; i++) {
            assertThat(output.takesMore()).isTrue();
            output.write(a, 3);
        }
        assertThat(output.takesMore()).isFalse();
        assertThat(output.into(batch, BATCH_BYTES).takesMore()).isTrue();
        batch.release();
    }

    @Test
    void whateverTheGuestStoresArrives() {
        assertThat(output.begin(16 * 4096)).isEmpty();
        for (int round = 0; round < 300; round++) {
            for (int i = random.nextInt(20); i > 0; i--) {
                RamBlock block = here.blocks().get(random.nextInt(2));
                long page = random.nextLong(block.pageCount());
                for (int j = random.nextInt(1 << random.nextInt(12)); j >= 0; j--) {
                    ReadRecords.store(
                            block,
                            page,
                            random.nextInt(4096),
                            random.nextInt(2) * random.nextInt());
                }
            }
            sendPass();
            assertSame();
        }
        assertThat(counts.deltaPages).isPositive();
        assertThat(counts.normalPages).isPositive();
    }

    @Test
    void theRatesAreThoseOfAPeriod() {
        counters.migrationBegins();
        counters.cacheMisses = 3;
        counters.pages = 2;
        counters.bytes = 1024;
        counters.endPeriod(6);
        assertThat(counters.cacheMissRate).isEqualTo(0.5);
        assertThat(counters.encodingRate).isEqualTo(8);
        counters.endPeriod(0);
        assertThat(counters.cacheMissRate).as("nothing was sent").isEqualTo(0.5);
        counters.endPeriod(4);
        assertThat(counters.cacheMissRate).isZero();
        assertThat(counters.encodingRate).isZero();
    }
}
