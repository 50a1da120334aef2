package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestedPagesTest {

    private final GuestRam ram =
            GuestRam.allocate(
                    List.of(new RamBlockSpec("a", 8192 * 4096L), new RamBlockSpec("b", 4096)));
    private final RamBlock a = ram.blocks().getFirst();
    private final RamBlock b = ram.blocks().getLast();
    private final RequestedPages pages = new RequestedPages();

    @AfterEach
    void unmap() {
        ram.close();
    }

    @Test
    void firstComeFirstServedAndEachOnce() {
        pages.add(new HostPage(a, 5));
        pages.add(new HostPage(b, 0));
        pages.add(new HostPage(a, 5));
        pages.add(new HostPage(a, 0));
        assertThat(pages.next()).contains(new HostPage(a, 5));
        assertThat(pages.next()).contains(new HostPage(b, 0));
        assertThat(pages.next()).contains(new HostPage(a, 0));
        assertThat(pages.next()).isEmpty();
        assertThat(pages.isEmpty()).isTrue();
    }

    @Test
    void aPageMayBeAskedForAgainOnceItWasTaken() {
        pages.add(new HostPage(a, 5));
        assertThat(pages.next()).isPresent();
        pages.add(new HostPage(a, 5));
        assertThat(pages.next()).contains(new HostPage(a, 5));
    }

    @Test
    void isFullBeforeAPeerCanFillTheMemory() {
        for (int i = 0; i < 4095; i++) {
            pages.add(new HostPage(a, i));
            pages.add(new HostPage(a, i));
        }
        assertThat(pages.full()).isFalse();
        pages.add(new HostPage(a, 4095));
        assertThat(pages.full()).isTrue();
        pages.clear();
        assertThat(pages.isEmpty()).isTrue();
        pages.add(new HostPage(a, 1));
        assertThat(pages.next()).isPresent();
    }
}
