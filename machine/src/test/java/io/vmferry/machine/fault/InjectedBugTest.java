package io.vmferry.machine.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import org.junit.jupiter.api.Test;

class InjectedBugTest extends FaultInjection {

    @Test
    void throwsOutOfTheProbeOnce() {
        plan(Side.SOURCE, "pong(0x2)#2:bug", "guest-stopped:bug(error)");
        probe.reached(PointName.PONG, 0x2);
        assertThatThrownBy(() -> probe.reached(PointName.PONG, 0x2))
                .isInstanceOf(RuntimeException.class)
                .isInstanceOf(InjectedBug.class)
                .hasMessage("thrown by a fault at pong(0x2)");
        probe.reached(PointName.PONG, 0x2);
        assertThatThrownBy(() -> probe.reached(PointName.GUEST_STOPPED))
                .isInstanceOf(Error.class)
                .isInstanceOf(InjectedBug.class);
        assertThat(points)
                .containsExactly(
                        "pong(0x2)",
                        "pong(0x2)",
                        "fault-injected(bug)",
                        "pong(0x2)",
                        "guest-stopped",
                        "fault-injected(bug(error))");
    }

    @Test
    void otherFaultsAtThePointOfABugAreInjectedToo() {
        plan(Side.SOURCE, "guest-stopped:bug", "guest-stopped:kill", "guest-stopped#2:exit");
        assertThatThrownBy(() -> probe.reached(PointName.GUEST_STOPPED))
                .isInstanceOf(InjectedBug.class);
        assertThat(did).containsExactly("kill at 0");
        probe.reached(PointName.GUEST_STOPPED);
        assertThat(did).containsExactly("kill at 0", "exit");
    }

    @Test
    void recognisesWhatABugHasCaused() {
        assertThat(InjectedBug.isCauseOf((Throwable) InjectedBug.Type.ERROR.at("pong"))).isTrue();
        Throwable cause = (Throwable) InjectedBug.Type.EXCEPTION.at("pong");
        assertThat(InjectedBug.isCauseOf(new IllegalStateException(cause))).isTrue();
        assertThat(InjectedBug.isCauseOf(new IllegalStateException("of the engine"))).isFalse();
    }

    /** Otherwise the exception would have a second effect, a stalled channel. */
    @Test
    void aChannelGoesOnWhenTheEngineHasThrown() {
        plan(Side.SOURCE, "header-sent:delay(20ms)");
        Link link = open(main, ChannelRole.MAIN);
        probe.reached(PointName.HEADER_SENT);
        link.whenDrained(() -> {
            throw new IllegalStateException("of the engine");
        });
        send(link, "goes on");
        assertThatThrownBy(() -> loop.advanceMillis(20)).hasMessage("of the engine");
        loop.advanceMillis(20);
        assertThat(main.did).containsExactly("goes on");
    }
}
