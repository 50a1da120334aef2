package io.vmferry.machine.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.ControlledFault;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.PointCount;
import io.vmferry.machine.control.PointWait;
import io.vmferry.machine.control.PointWaiter;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults, cuts and waits that come while a node runs. */
class FaultControlTest extends FaultInjection {

    private final List<String> ends = new ArrayList<>();
    private final boolean[] gone = {false};

    private final PointWaiter waiter =
            new PointWaiter() {
                @Override
                public void over(long id, boolean reached) {
                    ends.add("%d %s".formatted(id, reached));
                }

                @Override
                public boolean gone() {
                    return gone[0];
                }
            };

    private Control control;

    @BeforeEach
    void begin() {
        plan(Side.SOURCE, true);
        control = injector.control().orElseThrow();
    }

    private static void refused(ThrowingCallable request, String reason) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(request)
                .withMessageContaining(reason);
    }

    private List<String> faults() {
        return control.faults().stream().map(FaultControlTest::text).toList();
    }

    private static String text(ControlledFault fault) {
        return "%d %s %s%s"
                .formatted(
                        fault.id(),
                        fault.fault(),
                        fault.progress().text(),
                        fault.end().map(end -> " at " + end.where()).orElse(""));
    }

    @Test
    void anAddedFaultIsInjectedAsAPlannedOne() throws Exception {
        plan(Side.SOURCE, true, "pong(0x2):exit");
        control = injector.control().orElseThrow();
        assertThat(control.addFault("pong(0x2)#2:kill", false)).isEqualTo(2);
        probe.reached(PointName.PONG, 0x2);
        assertThat(faults())
                .containsExactly(
                        "1 pong(0x2):exit injected at pong(0x2)", "2 pong(0x2)#2:kill waiting");
        probe.reached(PointName.PONG, 0x1);
        probe.reached(PointName.PONG, 0x2);
        assertThat(did).containsExactly("exit", "kill at 0");
        assertThat(points).endsWith("pong(0x2)", "fault-injected(kill)");
        assertThat(control.faults().getLast().end().orElseThrow().at())
                .hasToString("1970-01-01T00:00:00Z");
    }

    @Test
    void ordinalsCountFromTheStartOfTheProcess() throws Exception {
        probe.reached(PointName.PONG, 0x1);
        probe.reached(PointName.PONG, 0x2);
        refused(() -> control.addFault("pong#2:kill", false), "has passed: it came 2 times");
        refused(() -> control.addFault("pong(0x2):kill", false), "has passed: it came once since");
        control.addFault("pong#4:kill", false);
        control.addFault("pong(0x2)#2:exit", false);
        probe.reached(PointName.PONG, 0x2);
        assertThat(did).containsExactly("exit");
        probe.reached(PointName.PONG, 0x3);
        assertThat(did).containsExactly("exit", "kill at 0");
    }

    @Test
    void orFromNow() throws Exception {
        probe.reached(PointName.PONG, 0x1);
        control.addFault("pong#2:kill", true);
        probe.reached(PointName.PONG, 0x1);
        assertThat(did).isEmpty();
        probe.reached(PointName.PONG, 0x1);
        assertThat(did).containsExactly("kill at 0");
        control.addFault("after 5ms:exit", true);
        loop.advanceMillis(5);
        assertThat(did).containsExactly("kill at 0", "exit");
        refused(() -> control.addFault("byte(main)@5:close", true), "bytes count from");
    }

    @Test
    void timesCountFromWhenTheChannelsStand() throws Exception {
        control.addFault("after 20ms:kill", false);
        loop.advanceMillis(100);
        probe.reached(PointName.CONNECTED);
        loop.advanceMillis(10);
        control.addFault("after 15ms:exit", false);
        refused(() -> control.addFault("after 5ms:exit", false), "5ms after the start have passed");
        loop.advanceMillis(5);
        assertThat(did).containsExactly("exit");
        loop.advanceMillis(5);
        assertThat(did).containsExactly("exit", "kill at 120");
    }

    @Test
    void bytesCountFromTheBeginningOfAConnection() throws Exception {
        Link link = open(main, ChannelRole.MAIN);
        send(link, "abcdef");
        refused(() -> control.addFault("byte(main)@5:close", false), "6 have come on connection 1");
        control.addFault("byte(main)@8:close", false);
        control.addFault("byte(main)#2@1:reset", false);
        send(link, "ghij");
        loop.advanceMillis(0);
        assertThat(main.did).containsExactly("abcdef", "gh", "close");
        send(open(second, ChannelRole.MAIN), "xyz");
        loop.advanceMillis(0);
        assertThat(second.did).containsExactly("x", "reset");
        refused(() -> control.addFault("byte(main)@8:close", false), "Connection 1 of main");
    }

    @Test
    void theNextByteIsNotTooLate() throws Exception {
        Link link = open(main, ChannelRole.MAIN);
        send(link, "abc");
        control.addFault("byte(main)@3:close", false);
        loop.advanceMillis(0);
        assertThat(main.did).containsExactly("abc", "close");
        assertThat(faults()).containsExactly("1 byte(main)@3:close injected at byte 3");
    }

    @ParameterizedTest
    @CsvSource({"pong:kill", "after 20ms:kill", "byte(main)@5:kill", "pong+5ms:kill"})
    void aRemovedFaultIsNotInjected(String text) throws Exception {
        long id = control.addFault(text, false);
        probe.reached(PointName.CONNECTED);
        Link link = open(main, ChannelRole.MAIN);
        if (text.contains("+")) {
            probe.reached(PointName.PONG, 0x1);
        }
        control.removeFault(id);
        int left = loop.waiting();
        assertThat(left).isZero();
        probe.reached(PointName.PONG, 0x1);
        send(link, "abcdefgh");
        loop.advanceMillis(100);
        assertThat(did).isEmpty();
        assertThat(faults()).isEmpty();
    }

    @Test
    void onlyWhatWaitsCanBeRemoved() throws Exception {
        control.addFault("pong:kill", false);
        control.addFault("pong:close(preempt)", false);
        probe.reached(PointName.PONG, 0x1);
        refused(
                () -> control.removeFault(1),
                "Fault 1 ('pong:kill') was injected at pong(0x1): expected one that waits");
        refused(() -> control.removeFault(2), "was missed at pong(0x1)");
        refused(() -> control.removeFault(3), "There is no fault 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nowhere:kill | there is no place 'nowhere'",
                "pong:fly | there is no action 'fly'",
                "opening:hang-up | the monitors are open already",
                "pong | expected WHERE:WHAT"
            })
    void whatCannotBePlannedCannotBeAdded(String text, String reason) {
        refused(() -> control.addFault(text, false), reason);
        assertThat(faults()).isEmpty();
    }

    @Test
    void aClientCannotFillMemory() throws Exception {
        for (int i = 0; i < Control.MAX_WAITING_FAULTS; i++) {
            control.addFault("pong:corrupt(preempt)", false);
        }
        refused(() -> control.addFault("pong:kill", false), "256 faults wait");
        refused(() -> control.addFault("x".repeat(2000), false), "expected fewer than 256");
        probe.reached(PointName.PONG, 0x1);
        for (int i = 0; i < Control.MAX_PAST_FAULTS; i++) {
            control.addFault("pong:corrupt(preempt)", true);
            probe.reached(PointName.PONG, 0x1);
        }
        assertThat(control.faults()).hasSize(Control.MAX_PAST_FAULTS);
        refused(() -> control.addFault("x".repeat(2000), false), "2000 characters");
    }

    @Test
    void aCutChannelIsListedAndRestored() throws Exception {
        Link link = open(main, ChannelRole.MAIN);
        send(link, "abc");
        control.cut("main", CutKind.BLACKHOLE);
        send(link, "de");
        assertThat(control.channels())
                .singleElement()
                .hasToString(
                        "ControlledChannel[channels=[main], peer=the test,"
                                + " toDestination=ChannelDirection[bytes=5, heldBytes=2,"
                                + " trouble=Optional[blackhole]],"
                                + " toSource=ChannelDirection[bytes=0, heldBytes=0,"
                                + " trouble=Optional[blackhole]]]");
        assertThat(main.did).containsExactly("abc");
        control.restore("main");
        assertThat(main.did).containsExactly("abc", "de");
        control.cut("all", CutKind.RESET);
        loop.advanceMillis(0);
        assertThat(main.did).containsExactly("abc", "de", "reset");
        assertThat(control.channels()).isEmpty();
        refused(() -> control.cut("main", CutKind.CLOSE), "No connection carries channel 'main'");
        refused(() -> control.restore("main"), "No connection carries channel 'main'");
        refused(() -> control.cut("left", CutKind.CLOSE), "there is no channel 'left'");
    }

    @Test
    void pointsAreCounted() {
        probe.reached(PointName.PONG, 0x1);
        probe.reached(PointName.CONNECTED);
        probe.reached(PointName.PONG, 0x2);
        assertThat(control.points())
                .containsExactly(new PointCount("connected", 1), new PointCount("pong", 2));
    }

    @Test
    void aWaitEndsWithItsPointOrItsTime() throws Exception {
        assertThat(control.await("pong(0x2)", false, 50, waiter))
                .isEqualTo(new PointWait(1, false));
        control.await("pong#3", false, 50, waiter);
        probe.reached(PointName.PONG, 0x1);
        assertThat(ends).isEmpty();
        probe.reached(PointName.PONG, 0x2);
        assertThat(ends).containsExactly("1 true");
        loop.advanceMillis(50);
        assertThat(ends).containsExactly("1 true", "2 false");
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void aWaitForWhatHasBeenIsOverAtOnce() throws Exception {
        probe.reached(PointName.PONG, 0x2);
        assertThat(control.await("pong(2)", false, 50, waiter)).isEqualTo(new PointWait(1, true));
        assertThat(control.await("pong(2)", true, 50, waiter).reached()).isFalse();
        assertThat(loop.waiting()).isEqualTo(1);
    }

    @Test
    void aWaiterIsNotifiedBeforeTheFaultsOfThePoint() throws Exception {
        control.addFault("pong:kill", false);
        control.await("pong", false, 50, waiter);
        int[] before = {-1};
        did.clear();
        control.await(
                "pong",
                false,
                50,
                new PointWaiter() {
                    @Override
                    public void over(long id, boolean reached) {
                        before[0] = did.size();
                    }

                    @Override
                    public boolean gone() {
                        return false;
                    }
                });
        probe.reached(PointName.PONG, 0x1);
        assertThat(before[0]).isZero();
        assertThat(did).containsExactly("kill at 0");
    }

    @Test
    void waitsAreLimitedAndThoseOfClientsThatAreGoneMakeRoom() throws Exception {
        for (int i = 0; i < Control.MAX_POINT_WAITS; i++) {
            control.await("pong", false, TimeUnit.HOURS.toMillis(1), waiter);
        }
        refused(() -> control.await("pong", false, 50, waiter), "64 waits for points");
        gone[0] = true;
        control.await("pong", false, 50, waiter);
        assertThat(loop.waiting()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "nowhere, 50, there is no place 'nowhere'",
        "pong+5ms, 50, expected NAME",
        "after 5ms, 50, expected NAME",
        "device-save@50%, 50, expected NAME",
        "pong, 0, expected 1 to 3600000",
        "pong, 3600001, expected 1 to 3600000"
    })
    void whatIsNoPointCannotBeAwaited(String point, long limitMillis, String reason) {
        refused(() -> control.await(point, false, limitMillis, waiter), reason);
    }

    /** Some points are reached for every page, each with another argument. */
    @Test
    void argumentsAreCountedWhileThereAreFew() throws Exception {
        for (int i = 0; i <= OccurrenceCounts.MAX_ARGUMENTS; i++) {
            probe.reached(PointName.PONG, i);
        }
        refused(() -> control.addFault("pong(5)#2:kill", false), "too many arguments");
        control.addFault("pong(5)#2:kill", true);
        control.addFault("pong#258:exit", false);
        probe.reached(PointName.PONG, 5);
        assertThat(did).containsExactly("exit");
        probe.reached(PointName.PONG, 5);
        assertThat(did).containsExactly("exit", "kill at 0");
        assertThat(control.points()).contains(new PointCount("pong", 259));
    }
}
