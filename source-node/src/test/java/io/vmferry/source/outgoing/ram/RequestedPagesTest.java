package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestedPagesTest {

    /** 16 GiB, of which nothing is ever touched. */
    private static final long PAGES = 4 << 20;

    /** The longest range that a message can name, as nearly all of 4 GiB. */
    private static final long LONGEST = (1 << 20) - 1;

    private static final int BATCH_BYTES = 256 * 1024;

    private final GuestRam ram =
            GuestRam.allocate(
                    List.of(
                            new RamBlockSpec("a", PAGES * 4096),
                            new RamBlockSpec("b", 4096),
                            new RamBlockSpec("huge", 64 * 4096, 8 * 4096)));
    private final RamBlock a = ram.blocks().getFirst();
    private final RamBlock b = ram.blocks().get(1);
    private final RamBlock huge = ram.blocks().getLast();
    private final Sender sender = new Sender(ram, true, new PageCounts());
    private final RequestedPages pages = sender.scan.requested();

    @BeforeEach
    void allPagesAreStillToBeSent() {
        ByteBuf setup = Unpooled.buffer();
        sender.setup(setup, true);
        setup.release();
        sender.enterPostcopy();
    }

    @AfterEach
    void unmap() {
        ram.close();
    }

    /** A reader may go on after a message that has paused the migration. */
    @Test
    void aRequestForWhichNoBlockWasNamedSinceAPauseIsRefused() throws StreamException {
        pages.name("b");
        assertThat(pages.range(0, 4096)).isEqualTo(new HostPages(b, 0, 1));
        pages.restart();
        assertThatThrownBy(() -> pages.range(0, 4096))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        e -> assertThat(e.error()).isEqualTo(StreamError.RP_NO_PREVIOUS_BLOCK));
    }

    private void ask(RamBlock block, long from, long count) {
        pages.add(new HostPages(block, from, from + count));
    }

    /** What comes next, as if it were sent. */
    private Optional<HostPages> served() {
        Optional<HostPages> next = pages.next();
        next.ifPresent(page -> {
            int room = RecordOutput.recordsBytes(page.block());
            ByteBuf out = UnpooledByteBufAllocator.DEFAULT.directBuffer(room, room);
            sender.send(out, page);
            out.release();
        });
        return next;
    }

    @Test
    void firstComeFirstServedAndEachOnce() {
        ask(a, 5, 1);
        ask(b, 0, 1);
        ask(a, 5, 1);
        ask(a, 0, 1);
        assertThat(served()).contains(new HostPages(a, 5));
        assertThat(served()).contains(new HostPages(b, 0));
        assertThat(served()).contains(new HostPages(a, 0));
        assertThat(served()).isEmpty();
    }

    @Test
    void rangesThatOverlapAreServedOnce() {
        ask(a, 10, 3);
        ask(a, 11, 4);
        ask(a, 8, 2);
        ask(a, 10, 3);
        for (long page : new long[] {10, 11, 12, 13, 14, 8, 9}) {
            assertThat(served()).contains(new HostPages(a, page));
        }
        assertThat(served()).isEmpty();
    }

    @Test
    void aRangeOfHugePagesIsServedHostPageByHostPage() {
        ask(huge, 8, 24);
        assertThat(served()).contains(new HostPages(huge, 8));
        assertThat(served()).contains(new HostPages(huge, 16));
        assertThat(served()).contains(new HostPages(huge, 24));
        assertThat(served()).isEmpty();
    }

    @Test
    void whatWasSentIsNotKept() {
        ask(b, 0, 1);
        assertThat(served()).isPresent();
        for (int i = 0; i < 2 * RequestedPages.MAX_WAITING; i++) {
            ask(b, 0, 1);
        }
        assertThat(pages.full()).isFalse();
        assertThat(served()).isEmpty();
    }

    @Test
    void whatWasSentInTheMeantimeIsPassedOver() {
        ask(a, 0, 2);
        ask(a, 7, 1);
        ask(b, 0, 1);
        ByteBuf background = UnpooledByteBufAllocator.DEFAULT.directBuffer(1 << 20);
        sender.fill(background, sender.records.reserveBytes() + 1000);
        background.release();
        assertThat(served()).contains(new HostPages(b, 0));
        assertThat(served()).isEmpty();
    }

    @Test
    void isFullBeforeAPeerCanFillTheMemory() {
        for (int i = 0; i < RequestedPages.MAX_WAITING - 1; i++) {
            ask(a, i, LONGEST);
        }
        assertThat(pages.full()).isFalse();
        ask(a, 5000, 1);
        assertThat(pages.full()).isTrue();
        assertThatThrownBy(() -> ask(a, 5000, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(served()).contains(new HostPages(a, 0));
        assertThat(pages.full()).isFalse();
        pages.clear();
        assertThat(served()).isEmpty();
        ask(a, 1, 1);
        assertThat(served()).contains(new HostPages(a, 1));
    }

    /** However much a request names, and however often: it is looked at when it is its turn. */
    @Test
    void aRequestCostsTheSameWhateverItNames() {
        long before = sender.unsent.wordsLookedAt();
        for (int i = 0; i < RequestedPages.MAX_WAITING; i++) {
            ask(a, 0, LONGEST);
        }
        assertThat(sender.unsent.wordsLookedAt() - before)
                .isLessThan(2 * RequestedPages.MAX_WAITING);
    }

    /** All was sent but one page at the end of each range. */
    @Test
    void rangesThatWereSentAreDoneWithAtOnce() {
        for (int i = 0; i < RequestedPages.MAX_WAITING; i++) {
            ask(a, i, LONGEST);
        }
        ByteBuf background = UnpooledByteBufAllocator.DEFAULT.directBuffer(BATCH_BYTES);
        while (sender.unsent.count() > 0) {
            sender.fill(background.clear(), BATCH_BYTES);
        }
        background.release();
        long before = sender.unsent.wordsLookedAt();
        assertThat(served()).isEmpty();
        long firstLook = sender.unsent.wordsLookedAt() - before;
        assertThat(firstLook).isLessThan(PAGES / 64 + RequestedPages.MAX_WAITING * 66L);

        before = sender.unsent.wordsLookedAt();
        for (int i = 0; i < 10_000; i++) {
            ask(a, i * 64L, LONGEST);
        }
        assertThat(served()).isEmpty();
        assertThat(sender.unsent.wordsLookedAt() - before).isLessThan(10_000 * 65L);
    }

    @Test
    void aRangeIsNamedByItsPages() {
        assertThat(new HostPages(a, 1, 2)).hasToString("a+0x1000");
        assertThat(new HostPages(a, 1, 3)).hasToString("a+0x1000..0x3000");
        assertThat(new HostPages(huge, 8, 16)).hasToString("huge+0x8000");
        assertThat(new HostPages(huge, 8, 24)).hasToString("huge+0x8000..0x18000");
    }
}
