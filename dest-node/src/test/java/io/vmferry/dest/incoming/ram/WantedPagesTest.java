package io.vmferry.dest.incoming.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.paging.PageFault;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathMessage.ReqPages;
import io.vmferry.protocol.returnpath.ReturnPathMessage.ReqPagesId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for which page, without a stream that brings pages. */
class WantedPagesTest {

    private final GuestRam guest =
            GuestRam.allocate(
                    List.of(
                            new RamBlockSpec("a", 8 * 4096),
                            new RamBlockSpec("huge", 8 * 4096, 4 * 4096)));
    private final RamBlock a = guest.blocks().getFirst();
    private final RamBlock huge = guest.blocks().getLast();
    private final List<ReturnPathMessage> asked = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private boolean reachable = true;

    private final PageRequests requests =
            new PageRequests(
                    request -> reachable && asked.add(request),
                    () -> false,
                    () -> seen.add("placed"),
                    new Blocktime(1, () -> 0),
                    Probe.NONE);

    @AfterEach
    void unmap() {
        guest.close();
    }

    private void want(RamBlock block, long page, String who) {
        requests.fault(new PageFault(block, page, OptionalInt.of(0), 0, () -> seen.add(who)));
    }

    @Test
    void whoeverWaitsGoesOnBeforeItIsLookedWhetherThatWasTheLastPage() {
        want(a, 3, "one");
        want(a, 3, "two");
        requests.placed(a, 2);
        assertThat(requests.outstanding()).isEqualTo(1);
        requests.placed(a, 3);
        assertThat(seen).containsExactly("placed", "one", "two", "placed");
        assertThat(requests.outstanding()).isZero();
    }

    /** The report of a fault and the page may cross. */
    @Test
    void aPageThatHasComeInTheMeantimeIsNotAskedFor() {
        a.publish(3, 4);
        want(a, 3, "one");
        assertThat(seen).containsExactly("one");
        assertThat(asked).isEmpty();
    }

    @Test
    void aBlockIsNamedWhereItChanges() {
        want(a, 3, "");
        want(a, 3, "");
        want(a, 4, "");
        want(huge, 6, "");
        want(huge, 5, "");
        assertThat(asked)
                .containsExactly(
                        new ReqPagesId(3 * 4096, 4096, "a"),
                        new ReqPages(4 * 4096, 4096),
                        new ReqPagesId(4 * 4096, 4 * 4096, "huge"));
        assertThat(requests.sent()).isEqualTo(3);
    }

    @Test
    void whatIsWantedWithoutAChannelIsAskedForOnTheNextOne() {
        want(a, 3, "one");
        requests.hold();
        want(a, 4, "two");
        assertThat(asked).hasSize(1);
        requests.resend();
        assertThat(asked.subList(1, 3))
                .containsExactly(new ReqPagesId(3 * 4096, 4096, "a"), new ReqPages(4 * 4096, 4096));
        reachable = false;
        want(a, 5, "three");
        assertThat(requests.sent()).isEqualTo(3);
        assertThat(requests.outstanding()).isEqualTo(3);
    }

    @Test
    void nothingIsWantedPastTheEnd() {
        want(a, 3, "one");
        requests.abandon();
        assertThat(seen).containsExactly("one");
        want(a, 4, "two");
        assertThat(seen).containsExactly("one", "two");
        assertThat(asked).hasSize(1);
        assertThat(requests.outstanding()).isZero();
    }
}
