package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.PlannedFault;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.stream.Element;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyPlacesTest {

    private static ProxyPlan plan(String fault) {
        ProxyPlan plan = new ProxyPlan(new NoSite(), new ManualLoop(), Clock.systemUTC());
        plan.control().plan(List.of(ProxyPlaces.parse(fault)));
        return plan;
    }

    private static Passing passing(PlaceName name, String argument) {
        return new Passing(name, argument, new Element(0, 8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "req-pages#3:close",
                "resume-ack:hold(2s)",
                "pong(3):swap",
                "pong(3):swap(pong(4))",
                "shut:drop",
                "after 0s:throttle(stream,10M)",
                "after 200ms:delay(50ms)",
                "byte(main)@1MiB:hold(1s)",
                "byte(return-path)@100:reset(all)",
                "command(POSTCOPY_RESUME)+5ms:blackhole",
                "section(ram):reset(main)"
            })
    void readsTheLanguageOfFaultPlans(String text) {
        assertThat(ProxyPlaces.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "pong(3):kill | there is no action 'kill' here",
                "pong(3):swap(eof) | eof is no message of the return path",
                "eof:drop | drop is for a message of the return path",
                "after 1s:swap | swap is for a message of the return path",
                "after 1s:hold(1s) | what is to be held has to be named",
                "dirty-sync:close | nothing that passes is called 'dirty-sync': --list has the names",
                "pnog:close | nothing that passes is called 'pnog', did you mean 'pong': --list has",
                "pong(3):hold | hold lacks its time: hold(TIME)",
                "pong(3):hold(1s,2s) | '2s' is more than it takes",
                "pong(3)+1ms:drop | hits the message itself",
                "pong@1M:close | @ is for byte(CHANNEL), not for pong",
                "byte(all)@1M:close | bytes are counted on one channel, not on several",
                "byte(main):close | expected byte(CHANNEL)@SIZE",
                "pong(3):throttle(0) | carries nothing",
                "pong(3):close(left) | there is no channel 'left'",
                "pong(3) | expected WHERE:WHAT"
            })
    void refusesWhatCannotBe(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyPlaces.parse(text))
                .withMessageStartingWith("Fault '" + text + "': ")
                .withMessageContaining(reason);
    }

    @Test
    void countsWhatPasses() {
        ProxyPlan third = plan("req-pages#3:close");
        Passing request = passing(PlaceName.REQ_PAGES, "0x1000");
        assertThat(third.at(request)).isEmpty();
        assertThat(third.at(passing(PlaceName.PONG, "0x3"))).isEmpty();
        assertThat(third.at(request)).isEmpty();
        assertThat(third.at(request)).hasToString("[req-pages#3:close]");
        assertThat(third.at(request)).isEmpty();
    }

    @Test
    void takesNumbersEitherWay() {
        assertThat(plan("pong(0x42):drop").at(passing(PlaceName.PONG, "0x42"))).hasSize(1);
        assertThat(plan("pong(66):drop").at(passing(PlaceName.PONG, "0x42"))).hasSize(1);
        assertThat(plan("pong(3):drop").at(passing(PlaceName.PONG, "0x4"))).isEmpty();
    }

    @Test
    void hitsTheDirectionOfItsPlaceUnlessAnotherIsNamed() {
        assertThat(ProxyPlaces.parse("pong(3):delay(1s)").action())
                .isEqualTo(
                        new FaultAction.Delay(
                                FaultChannel.of(ChannelRole.RETURN_PATH),
                                TimeUnit.SECONDS.toNanos(1)));
        assertThat(ProxyPlaces.parse("pong(3):throttle(stream,1K)").action())
                .isEqualTo(new FaultAction.Throttle(FaultChannel.STREAM, 1024));
        assertThat(ProxyPlaces.parse("after 1s:delay(1s)").action())
                .isEqualTo(new FaultAction.Delay(FaultChannel.ALL, TimeUnit.SECONDS.toNanos(1)));
        assertThat(ProxyPlaces.parse("byte(preempt)@7:close").action())
                .isEqualTo(new FaultAction.Close(FaultChannel.of(ChannelRole.PREEMPT)));
    }

    @Test
    void knowsWhenTheOtherMessageIsInFrontAlready() {
        ProxyPlan plan = plan("pong(3):swap(pong(4))");
        PlannedFault<PlaceName> fault = ProxyPlaces.parse("pong(3):swap(pong(4))");
        assertThat(plan.at(passing(PlaceName.PONG, "0x2"))).isEmpty();
        assertThat(plan.swapped(fault)).isFalse();
        assertThat(plan.at(passing(PlaceName.PONG, "0x4"))).isEmpty();
        assertThat(plan.swapped(fault)).isTrue();
    }
}
