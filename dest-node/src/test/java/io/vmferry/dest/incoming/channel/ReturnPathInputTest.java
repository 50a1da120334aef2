package io.vmferry.dest.incoming.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.ManualLink;
import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A connection that only its end may come from. */
class ReturnPathInputTest {

    private static final UUID ID = new UUID(1, 2);

    private final ManualLoop loop = new ManualLoop();
    private final MigrationOptions options = SmallGuest.options(Profile.QEMU_10_2);
    private final IncomingState state = new IncomingState(options, Probe.NONE, event -> {});
    private final IncomingChannels channels =
            new IncomingChannels(
                    options, state, loop, Probe.NONE, new ConnectionLog(loop, (level, line) -> {}));
    private final List<String> seen = new ArrayList<>();
    private final ManualLink link = new ManualLink("peer", loop);

    private void introduce() {
        channels.returnPath(
                link,
                ID,
                new ReturnPathInput(
                        link,
                        ID,
                        state,
                        channels,
                        () -> 77,
                        failure -> seen.add(failure.text()),
                        (which, why) -> seen.add(which.peer() + " is none: " + why)));
        loop.run();
    }

    private void pair() {
        channels.main(new ManualLink("main", loop), new StreamHolds(), LinkListener.NONE);
        channels.configured(Optional.of(ID));
    }

    @Test
    void bytesOnTheReturnPathFail() {
        introduce();
        pair();
        link.receive(new byte[3]);
        assertThat(seen)
                .containsExactly(
                        "Return path: 3 bytes came from the source, which only listens there");
    }

    @Test
    void bytesBeforeItIsThatOfTheMigrationShowThatItIsNone() {
        introduce();
        link.receive(new byte[3]);
        assertThat(seen).hasSize(1).first().asString().startsWith("peer is none: Return path: 3");
        link.receive(new byte[3]);
        assertThat(seen).hasSize(1);
    }

    @Test
    void aBreakSaysHowFarTheMainChannelWas() {
        introduce();
        pair();
        link.breakOff("reset");
        assertThat(seen).containsExactly("Return path broke at byte 77 of the main channel: reset");
    }

    @Test
    void oneThatBreaksBeforeOrAfterTheMigrationGivesWayToTheNext() {
        introduce();
        link.end();
        assertThat(channels.waitingReturnPaths().forget(ID, link)).isFalse();
        assertThat(seen).isEmpty();
    }

    @Test
    void oneThatBreaksDuringAPauseIsForgotten() {
        introduce();
        pair();
        state.pause();
        link.end();
        assertThat(channels.hasReturnPath(link)).isFalse();
        assertThat(seen).isEmpty();
    }
}
