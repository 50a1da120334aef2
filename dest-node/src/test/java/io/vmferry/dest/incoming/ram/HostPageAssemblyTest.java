package io.vmferry.dest.incoming.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Host pages are there as a whole or not at all. */
class HostPageAssemblyTest {

    private final GuestRam ram =
            GuestRam.allocate(
                    List.of(
                            new RamBlockSpec("huge", 8 * 4096, 4 * 4096),
                            new RamBlockSpec("small", 4 * 4096)));
    private final RamBlock huge = ram.blocks().getFirst();
    private final RamBlock small = ram.blocks().getLast();
    private final HostPageAssembly assembly = new HostPageAssembly();
    private final List<String> placed = new ArrayList<>();

    @AfterEach
    void unmap() {
        ram.close();
    }

    private void load(RamBlock block, long page) throws StreamException {
        assembly.begin(block, page);
        if (assembly.loaded()) {
            placed.add(block.idstr() + " " + block.hostPageOf(page));
        }
    }

    @Test
    void aHostPageIsPublishedWithItsLastPage() throws StreamException {
        load(huge, 5);
        load(huge, 4);
        load(huge, 7);
        assertThat(huge.received().cardinality()).isZero();
        load(huge, 6);
        assertThat(huge.received().word(0)).isEqualTo(0xf0);
        load(small, 2);
        assertThat(placed).containsExactly("huge 4", "small 2");
    }

    @Test
    void aPageOfAnotherHostPageInBetweenIsRefused() throws StreamException {
        load(huge, 0);
        assertThatThrownBy(() -> load(huge, 4))
                .isInstanceOf(StreamException.class)
                .hasMessageContaining(
                        "page 0x4000 of 'huge' came in the middle of the host page at 0x0 of 'huge'");
        assertThatThrownBy(() -> load(small, 0))
                .hasMessageContaining("page 0x0 of 'small' came in the middle");
        assertThat(placed).isEmpty();
    }

    @Test
    void aPageThatComesTwiceIsRefused() throws StreamException {
        load(huge, 1);
        assertThatThrownBy(() -> load(huge, 1))
                .hasMessageContaining("page 0x1000 of 'huge' came a second time");
    }

    @Test
    void aPageOfAHostPageThatIsThereIsRefused() throws StreamException {
        load(small, 3);
        assertThatThrownBy(() -> load(small, 3))
                .hasMessageContaining("page 0x3000 of 'small' came a second time");
    }

    @Test
    void whatWasDroppedComesAgainAsAWhole() throws StreamException {
        load(huge, 0);
        load(huge, 1);
        assembly.drop();
        load(huge, 4);
        assembly.drop();
        for (int page = 0; page < 4; page++) {
            load(huge, page);
        }
        assertThat(placed).containsExactly("huge 0");
    }
}
