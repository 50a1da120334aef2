package io.vmferry.machine.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultInjectorTest extends FaultInjection {

    @Test
    void injectsAtTheOrdinalOfAPointBeforeTheEngineGoesOn() {
        plan(Side.SOURCE, "pong(0x2)#2:kill");
        probe.reached(PointName.PONG, 0x2);
        probe.reached(PointName.PONG, 0x1);
        assertThat(did).isEmpty();
        probe.reached(PointName.PONG, 0x2);
        probe.reached(PointName.PONG, 0x2);
        assertThat(did).containsExactly("kill at 0");
        assertThat(points)
                .containsExactly(
                        "pong(0x2)", "pong(0x1)", "pong(0x2)", "fault-injected(kill)", "pong(0x2)");
    }

    @Test
    void injectsWhenAShareOfADevicesTimeHasPassed() {
        plan(Side.DESTINATION, "device-load(virtio-net)@50%:kill");
        String idstr = networkCard();
        probe.reached(PointName.DEVICE_LOAD_STARTED, idstr);
        loop.advanceMillis(99);
        assertThat(did).isEmpty();
        loop.advanceMillis(1);
        assertThat(did).containsExactly("kill at 100");
    }

    @Test
    void tellsWhichFaultsWereNotInjected() {
        plan(Side.SOURCE, "pong(0x2):exit", "device-save(no-such):kill", "pong(0x3)#2:kill");
        probe.reached(PointName.PONG, 0x2);
        probe.reached(PointName.PONG, 0x3);
        assertThat(injector.waiting())
                .containsExactly("device-save(no-such):kill", "pong(0x3)#2:kill");
    }

    @Test
    void countsATimeFromWhenTheChannelsStand() {
        plan(Side.SOURCE, "after 20ms:exit", "header-sent+5ms:kill");
        loop.advanceMillis(50);
        probe.reached(PointName.CONNECTED);
        probe.reached(PointName.HEADER_SENT);
        loop.advanceMillis(19);
        assertThat(did).containsExactly("kill at 55");
        loop.advanceMillis(1);
        assertThat(did).containsExactly("kill at 55", "exit");
    }

    @Test
    void letsNothingThroughWhileTheProcessEndsInOrder() {
        plan(Side.SOURCE, "guest-stopped:exit");
        Link link = open(main, ChannelRole.MAIN);
        send(link, "before");
        probe.reached(PointName.GUEST_STOPPED);
        send(link, "after");
        main.receive("answer");
        link.close();
        send(open(second, ChannelRole.RETURN_PATH), "late");
        loop.advanceMillis(600_000);
        assertThat(did).containsExactly("exit");
        assertThat(main.did).containsExactly("before");
        assertThat(second.did).isEmpty();
        assertThat(engine.heard).isEmpty();
    }

    @Test
    void letsTheDeviceFailOnce() {
        plan(Side.DESTINATION, "device-load(virtio-net):fail");
        String idstr = networkCard();
        assertThat(injector.loading(idstr)).isEmpty();
        probe.reached(PointName.DEVICE_LOAD_STARTED, "cpu");
        probe.reached(PointName.DEVICE_LOAD_STARTED, idstr);
        assertThat(injector.loading("cpu")).isEmpty();
        assertThat(injector.saving(idstr)).isEmpty();
        assertThat(injector.loading(idstr)).hasValue("a fault lets it fail to load");
        assertThat(injector.loading(idstr)).isEmpty();
    }

    @Test
    void cutsAtTheByte() {
        plan(Side.SOURCE, "byte(main)@5:close");
        Link link = open(main, ChannelRole.MAIN);
        send(link, "abc");
        send(link, "defg");
        send(link, "hij");
        assertThat(engine.heard).isEmpty();
        loop.advanceMillis(0);
        assertThat(main.did).containsExactly("abc", "de", "close");
        assertThat(engine.heard).containsExactly("closed: closed by a fault");
        assertThat(link.writable()).isFalse();
    }

    @Test
    void countsAShareOfGuestMemoryInWhatComesIn() {
        plan(Side.DESTINATION, "byte(main)@1%:reset");
        open(main, ChannelRole.MAIN);
        int share = (1 << 20) / 100;
        main.receive("x".repeat(share + 7));
        loop.advanceMillis(0);
        assertThat(String.join("", engine.heard))
                .isEqualTo("x".repeat(share) + "closed: reset by a fault");
        assertThat(main.did).containsExactly("reset");
    }

    @Test
    void corruptsAsManyBytesAsAsked() {
        plan(Side.SOURCE, "byte(main)@2:corrupt(3)");
        Link link = open(main, ChannelRole.MAIN);
        send(link, "abc");
        send(link, "defg");
        assertThat(String.join("", main.did)).isEqualTo("ab\u009c\u009b\u009afg");
    }

    @Test
    void holdsBackInOrderWhileStalledAndSaysWhenThereIsRoomAgain() {
        plan(Side.SOURCE, "header-sent:stall(main,10ms)");
        Link link = open(main, ChannelRole.MAIN);
        probe.reached(PointName.HEADER_SENT);
        send(link, "a");
        send(link, "b");
        link.close();
        loop.advanceMillis(9);
        assertThat(main.did).isEmpty();
        loop.advanceMillis(1);
        assertThat(main.did).containsExactly("a", "b", "close");
    }

    @Test
    void doesNotTakeMoreThanItsRoomWhileStalled() {
        plan(Side.SOURCE, "header-sent:stall(main,10ms)");
        Link link = open(main, ChannelRole.MAIN);
        probe.reached(PointName.HEADER_SENT);
        int writes = 0;
        while (link.writable()) {
            send(link, "x".repeat(1 << 20));
            writes++;
        }
        assertThat(writes).isEqualTo(4);
        loop.advanceMillis(10);
        assertThat(main.did).hasSize(4);
        assertThat(engine.heard).containsExactly("writable");
    }

    @Test
    void delaysBothWaysAndKeepsTheOrder() {
        plan(Side.SOURCE, "header-sent:delay(20ms)");
        Link link = open(main, ChannelRole.MAIN);
        probe.reached(PointName.HEADER_SENT);
        main.receive("in");
        loop.advanceMillis(5);
        main.end();
        send(link, "out");
        loop.advanceMillis(15);
        assertThat(engine.heard).containsExactly("in");
        assertThat(main.did).isEmpty();
        loop.advanceMillis(5);
        assertThat(engine.heard).containsExactly("in", "writable", "closed: in order");
        assertThat(main.did).containsExactly("out");
    }

    @Test
    void aBlackholeSwallowsUntilTcpGivesUp() {
        plan(Side.SOURCE, "header-sent:blackhole");
        Link link = open(main, ChannelRole.MAIN);
        send(link, "before");
        probe.reached(PointName.HEADER_SENT);
        send(link, "after");
        assertThat(link.writable()).isTrue();
        List<String> drained = new ArrayList<>();
        link.whenDrained(() -> drained.add("drained"));
        main.receive("answer");
        main.end();
        loop.advanceMillis(119_999);
        assertThat(drained).containsExactly("drained");
        assertThat(main.did).containsExactly("before");
        assertThat(engine.heard).isEmpty();
        assertThat(main.reading).isFalse();
        loop.advanceMillis(1);
        assertThat(main.did).containsExactly("before", "reset");
        assertThat(engine.heard).containsExactly("closed: Connection timed out");
    }

    @Test
    void aBlackholeHidesTheEndThatTheEngineGives() {
        plan(Side.SOURCE, "header-sent:blackhole");
        Link link = open(main, ChannelRole.MAIN);
        probe.reached(PointName.HEADER_SENT);
        link.close();
        loop.advanceMillis(119_999);
        assertThat(main.did).isEmpty();
        loop.advanceMillis(1);
        assertThat(main.did).containsExactly("reset");
        assertThat(engine.heard).isEmpty();
    }

    @Test
    void saysNothingOfAFaultThatHitsNothing() {
        plan(Side.SOURCE, "header-sent:close(preempt)");
        open(main, ChannelRole.MAIN);
        probe.reached(PointName.HEADER_SENT);
        loop.advanceMillis(0);
        assertThat(points).containsExactly("header-sent");
    }

    @Test
    void hitsOnlyTheChannelThatIsMeant() {
        plan(Side.SOURCE, "header-sent:reset(return-path)");
        Link link = open(main, ChannelRole.MAIN);
        open(second, ChannelRole.RETURN_PATH);
        probe.reached(PointName.HEADER_SENT);
        loop.advanceMillis(0);
        send(link, "goes on");
        assertThat(main.did).containsExactly("goes on");
        assertThat(second.did).containsExactly("reset");
    }

    @Test
    void hitsOneDirectionOfAnInlineConnection() {
        plan(Side.SOURCE, "header-sent:blackhole(return-path)");
        Link link = open(main, ChannelRole.MAIN, ChannelRole.RETURN_PATH);
        probe.reached(PointName.HEADER_SENT);
        main.receive("answer");
        send(link, "stream");
        assertThat(engine.heard).isEmpty();
        assertThat(main.did).containsExactly("stream");
    }

    @Test
    void meansTheSecondConnectionWhenAsked() {
        plan(Side.SOURCE, "byte(main)#2@1:reset");
        Link first = open(main, ChannelRole.MAIN);
        send(first, "abc");
        first.abort();
        Link next = open(second, ChannelRole.MAIN);
        send(next, "abc");
        loop.advanceMillis(0);
        assertThat(main.did).containsExactly("abc", "abort");
        assertThat(second.did).containsExactly("a", "reset");
    }

    @Test
    void anEmptyPlanStandsInNobodysWay() {
        plan(Side.SOURCE);
        Transport transport = new OneLink(main);
        assertThat(injector.transport(transport)).isSameAs(transport);
    }
}
