package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.channel.ExpectedChannels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests the barrier, the deadline and the end of a set of channels. */
class ChannelSetTest {

    private static final long LIMIT_MILLIS = 30;

    private static final List<ChannelRole> PAGES =
            List.of(ChannelRole.multifd(0), ChannelRole.multifd(1), ChannelRole.multifd(2));

    private final ManualLoop loop = new ManualLoop();
    private final List<String> seen = new ArrayList<>();

    private ChannelSet set(List<ChannelRole> atStart, ChannelRole... later) {
        return new ChannelSet(
                loop,
                new ExpectedChannels(atStart, List.of(later)),
                TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS),
                channel -> seen.add("late: " + channel));
    }

    private Link add(ChannelSet set, ChannelRole channel) {
        Link link = new NotedLink(channel.toString(), seen::add);
        set.add(channel, link, () -> seen.add(channel.toString()));
        return link;
    }

    @Test
    void whatWaitsGoesOnAfterTheLastChannel() {
        ChannelSet set = set(List.of(ChannelRole.MAIN, ChannelRole.RETURN_PATH));
        set.await(set.expected().atStart(), () -> seen.add("all"));
        add(set, ChannelRole.RETURN_PATH);
        assertThat(set.waiting()).isTrue();
        add(set, ChannelRole.MAIN);
        assertThat(set.waiting()).isFalse();
        loop.advanceMillis(LIMIT_MILLIS);
        assertThat(seen).containsExactly("return-path", "main", "all");
    }

    @Test
    void nothingWaitsForWhatIsThere() {
        ChannelSet set = set(List.of(ChannelRole.MAIN), ChannelRole.PREEMPT);
        add(set, ChannelRole.MAIN);
        set.await(set.expected().atStart(), () -> seen.add("all"));
        assertThat(seen).containsExactly("main", "all");
    }

    /** Channels of one kind may connect in any order; each keeps its own index. */
    @Test
    void channelsOfAKindAreToldApart() {
        List<ChannelRole> all = new ArrayList<>(PAGES);
        all.addFirst(ChannelRole.MAIN);
        ChannelSet set = set(all);
        set.await(all, () -> seen.add("all"));
        add(set, ChannelRole.MAIN);
        Link third = add(set, PAGES.get(2));
        add(set, PAGES.get(0));
        assertThat(set.missing(all)).containsExactly(PAGES.get(1));
        assertThat(set.left()).contains(PAGES.get(1));
        assertThat(set.refusal(PAGES.get(2))).contains("there is one already");
        assertThat(set.refusal(ChannelRole.multifd(3))).contains("this migration has none");
        assertThat(set.link(PAGES.get(2))).contains(third);
        add(set, PAGES.get(1));
        assertThat(seen).containsExactly("main", "multifd(2)", "multifd(0)", "multifd(1)", "all");
    }

    @Test
    void aChannelThatDoesNotComeIsNamedOnce() {
        ChannelSet set = set(List.of(ChannelRole.MAIN, ChannelRole.RETURN_PATH));
        set.await(set.expected().all(), () -> seen.add("all"));
        add(set, ChannelRole.MAIN);
        loop.advanceMillis(LIMIT_MILLIS - 1);
        assertThat(seen).containsExactly("main");
        loop.advanceMillis(1);
        assertThat(seen).containsExactly("main", "late: return-path");
        add(set, ChannelRole.RETURN_PATH);
        assertThat(seen).doesNotContain("all");
    }

    @Test
    void aChannelThatComesTwiceIsRefused() {
        ChannelSet set = set(List.of(ChannelRole.MAIN));
        add(set, ChannelRole.MAIN);
        assertThat(set.refusal(ChannelRole.MAIN)).contains("there is one already");
        assertThatThrownBy(() -> add(set, ChannelRole.MAIN))
                .hasMessage("Main channel: there is one already");
        set.remove(ChannelRole.MAIN);
        assertThat(set.refusal(ChannelRole.MAIN)).isEmpty();
    }

    @Test
    void aChannelThatDoesNotBelongThereIsRefused() {
        ChannelSet set = set(List.of(ChannelRole.MAIN));
        assertThatThrownBy(() -> add(set, ChannelRole.PREEMPT))
                .hasMessage("Preempt channel: this migration has none");
        set.expect(new ExpectedChannels(List.of(ChannelRole.MAIN), List.of(ChannelRole.PREEMPT)));
        assertThat(set.refusal(ChannelRole.PREEMPT)).isEmpty();
    }

    @Test
    void theLastMissingChannelNeedNotSayWhatItIs() {
        ChannelSet set =
                set(List.of(ChannelRole.MAIN, ChannelRole.RETURN_PATH), ChannelRole.PREEMPT);
        assertThat(set.left()).isEmpty();
        add(set, ChannelRole.MAIN);
        assertThat(set.left()).isEmpty();
        add(set, ChannelRole.RETURN_PATH);
        assertThat(set.left()).contains(ChannelRole.PREEMPT);
        add(set, ChannelRole.PREEMPT);
        assertThat(set.left()).isEmpty();
    }

    @Test
    void theEndIsOneForAllAndNothingGoesOn() {
        ChannelSet set = set(List.of(ChannelRole.MAIN, ChannelRole.RETURN_PATH));
        set.await(set.expected().all(), () -> seen.add("all"));
        add(set, ChannelRole.RETURN_PATH);
        set.abort();
        loop.advanceMillis(LIMIT_MILLIS);
        set.close();
        assertThat(seen)
                .containsExactly("return-path", "return-path aborted", "return-path closed");
    }

    @Test
    void onlyOneThingWaits() {
        ChannelSet set = set(List.of(ChannelRole.MAIN));
        set.await(set.expected().all(), () -> seen.add("all"));
        assertThatThrownBy(() -> set.await(set.expected().all(), () -> {}))
                .hasMessage("Waiting for [main]");
    }
}
