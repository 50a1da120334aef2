package io.vmferry.dest.incoming.postcopy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.ManualLink;
import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.StreamBytes;
import io.vmferry.dest.incoming.postcopy.PostcopyCompletion.CompletionStep;
import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.dest.incoming.stream.PreemptInput;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.PostcopyState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages that are missing, and whether a postcopy can complete without them. */
class MissingPagesTest {

    private final ManualLoop loop = new ManualLoop();
    private final SmallGuest here = new SmallGuest();
    private final RamBlock block = here.ram.blocks().getFirst();
    private final MigrationOptions options =
            SmallGuest.options(Profile.QEMU_10_2, Capability.POSTCOPY_RAM);
    private final IncomingState state = new IncomingState(options, Probe.NONE, event -> {});
    private final IncomingRam ram = new IncomingRam(here.ram, false);
    private final RamRules rules = RamRules.of(options.profile());
    private final MissingPages pages =
            new MissingPages(here.guest, loop, ram, new PageInput(ram, rules), rules, Probe.NONE);
    private final ChannelInputs inputs = new ChannelInputs();
    private final PostcopyCompletion completion =
            new PostcopyCompletion(options, state, inputs, pages);
    private final List<ReturnPathMessage> asked = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();

    @AfterEach
    void unmap() {
        here.close();
    }

    private void demand() {
        pages.demand(asked::add, state::halted, () -> seen.add("placed"));
    }

    private boolean want(int page) {
        return here.guest.memory().fetch(block, page, () -> seen.add("page " + page));
    }

    private PreemptInput preempt() {
        PreemptInput input =
                new PreemptInput(
                        new ManualLink("preempt", loop),
                        state,
                        () -> 0,
                        () -> seen.add("preempt ended"),
                        failure -> seen.add(failure.text()));
        inputs.preempt(input);
        pages.preemptPages().ifPresent(input::listen);
        return input;
    }

    private static StreamBytes page(int page) {
        return new StreamBytes().pageRecord(new RamBlockName(SmallGuest.BLOCK), page, 7);
    }

    private void receive(PreemptInput input, StreamBytes bytes) {
        input.received(ManualLink.buffer(bytes.bytes()));
    }

    private void running() {
        state.postcopy().move(PostcopyState.ADVISE);
        state.postcopy().move(PostcopyState.LISTENING);
        state.postcopy().move(PostcopyState.RUNNING);
    }

    @Test
    void nothingIsMissingBeforeListen() {
        assertThat(want(3)).isFalse();
        assertThat(pages.preemptPages()).isEmpty();
        assertThat(pages.sent()).isZero();
    }

    @Test
    void whoeverNeedsAPageGoesOnWhenItHasCome() {
        demand();
        assertThat(want(3)).isTrue();
        assertThat(asked).hasSize(1);
        receive(preempt(), page(3));
        assertThat(seen).containsExactly("page 3", "placed");
        assertThat(pages.outstanding()).isZero();
    }

    @Test
    void aPauseAsksNobodyAndTheNextChannelsAreAskedForAll() {
        demand();
        want(3);
        pages.pause();
        want(4);
        assertThat(asked).hasSize(1);
        pages.resume();
        assertThat(asked).hasSize(3);
        assertThat(pages.outstanding()).isEqualTo(2);
    }

    @Test
    void whatDoesNotComeIsZeros() {
        demand();
        want(3);
        pages.abandon();
        assertThat(seen).containsExactly("page 3");
        assertThat(want(4)).isFalse();
    }

    @Test
    void theEndOfTheStreamWaitsForPagesOfThePreemptChannel() {
        demand();
        running();
        PreemptInput preempt = preempt();
        want(3);
        assertThat(completion.lookForPages()).isEqualTo(CompletionStep.WAIT);
        assertThat(completion.streamEnded()).isEqualTo(CompletionStep.WAIT);
        receive(preempt, page(3));
        assertThat(completion.lookForPages()).isEqualTo(new CompletionStep.Complete());
    }

    @Test
    void aPreemptChannelThatEndsWithoutThemFails() {
        demand();
        running();
        PreemptInput preempt = preempt();
        want(3);
        receive(preempt, new StreamBytes().endOfRecords());
        assertThat(completion.streamEnded())
                .isInstanceOfSatisfying(
                        CompletionStep.CompletionFailed.class,
                        next -> assertThat(next.failure().text()).contains("without 1 page it"));
    }

    @Test
    void aStreamThatEndsBeforeRunFailsUnlessTheLeaseIsBeingAsked() {
        demand();
        state.claim(IncomingState.ClaimStatus.ASKED);
        assertThat(completion.streamEnded()).isEqualTo(CompletionStep.WAIT);
        state.claim(IncomingState.ClaimStatus.OURS);
        assertThat(completion.look())
                .isInstanceOfSatisfying(
                        CompletionStep.CompletionFailed.class,
                        next ->
                                assertThat(next.failure().text())
                                        .contains("POSTCOPY_RUN never came"));
    }

    @Test
    void aStreamThatEndsWithinARecoveryFails() {
        running();
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        state.move(MigrationStatus.SETUP, MigrationStatus.ACTIVE);
        state.move(MigrationStatus.ACTIVE, MigrationStatus.POSTCOPY_ACTIVE);
        state.move(MigrationStatus.POSTCOPY_ACTIVE, MigrationStatus.POSTCOPY_PAUSED);
        state.move(MigrationStatus.POSTCOPY_PAUSED, MigrationStatus.POSTCOPY_RECOVER);
        assertThat(completion.streamEnded()).isInstanceOf(CompletionStep.CompletionFailed.class);
        assertThat(state.postcopy().streamEnded()).isFalse();
    }
}
