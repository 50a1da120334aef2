package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.control.ControlledChannel.ChannelDirection;
import io.vmferry.machine.control.ControlledFault;
import io.vmferry.machine.control.ControlledFault.FaultEnd;
import io.vmferry.machine.control.ControlledFault.FaultProgress;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.PointCount;
import io.vmferry.machine.control.PointWait;
import io.vmferry.machine.control.PointWaiter;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.schema.ControlCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ControlCommandsTest {

    private final RecordedControl control = new RecordedControl();
    private final Asked monitor;

    ControlCommandsTest() {
        CommandTable.Builder table = CommandTable.builder(Profile.DEFAULT);
        new ControlCommands(control).addTo(table);
        monitor = new Asked(table);
    }

    /** A control that notes what it is asked for. */
    private static final class RecordedControl implements Control {
        final List<String> asked = new ArrayList<>();

        @Override
        public List<ControlledFault> faults() {
            return List.of(
                    new ControlledFault(
                            1, "pong:kill", false, FaultProgress.WAITING, Optional.empty()),
                    new ControlledFault(
                            2,
                            "shut:close",
                            true,
                            FaultProgress.INJECTED,
                            Optional.of(
                                    new FaultEnd("shut(0)", Instant.ofEpochSecond(7, 5_000_999)))));
        }

        @Override
        public long addFault(String fault, boolean fromNow) throws RefusedException {
            if (fault.equals("bad")) {
                throw new RefusedException("no such fault");
            }
            asked.add("add %s %s".formatted(fault, fromNow));
            return 3;
        }

        @Override
        public void removeFault(long id) {
            asked.add("remove " + id);
        }

        @Override
        public List<ControlledChannel> channels() {
            return List.of(
                    new ControlledChannel(
                            List.of("main"),
                            "peer",
                            new ChannelDirection(5, 2, Optional.of("stall")),
                            new ChannelDirection(1, 0, Optional.empty())));
        }

        @Override
        public void cut(String channel, CutKind kind) {
            asked.add("cut %s %s".formatted(channel, kind));
        }

        @Override
        public void restore(String channel) {
            asked.add("restore " + channel);
        }

        @Override
        public List<PointCount> points() {
            return List.of(new PointCount("pong", 3));
        }

        @Override
        public PointWait await(
                String point, boolean fromNow, long limitMillis, PointWaiter waiter) {
            asked.add("await %s %s %d".formatted(point, fromNow, limitMillis));
            return new PointWait(4, fromNow);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "fault-add | {'fault': 'pong:kill'} | {'id':3} | add pong:kill false",
                "fault-add | {'fault': 'pong:kill', 'from-now': true} | {'id':3} | add pong:kill true",
                "fault-remove | {'id': 7} | {} | remove 7",
                "channel-cut | {'channel': 'main'} | {} | cut main RESET",
                "channel-cut | {'channel': 'all', 'how': 'blackhole'} | {} | cut all BLACKHOLE",
                "channel-restore | {'channel': 'main'} | {} | restore main",
                "point-wait | {'point': 'pong'} | {'id':4,'reached':false} | await pong false 60000",
                "point-wait | {'point': 'pong', 'from-now': true, 'timeout-ms': 5} | {'id':4,'reached':true} | await pong true 5"
            })
    void aCommandAsksTheControl(String command, String arguments, String reply, String asked) {
        assertThat(monitor.ask("x-vmferry-" + command, arguments)).containsExactly(reply);
        assertThat(control.asked).containsExactly(asked);
    }

    @Test
    void whatThereIsIsShown() {
        assertThat(monitor.ask("x-vmferry-faults"))
                .containsExactly(
                        "[{'id':1,'fault':'pong:kill','from-now':false,'progress':'waiting'},"
                                + "{'id':2,'fault':'shut:close','from-now':true,'progress':'injected',"
                                + "'where':'shut(0)','at':{'seconds':7,'microseconds':5000}}]");
        assertThat(monitor.ask("x-vmferry-channels"))
                .containsExactly(
                        "[{'channels':['main'],'peer':'peer',"
                                + "'to-destination':{'bytes':5,'held-bytes':2,'trouble':'stall'},"
                                + "'to-source':{'bytes':1,'held-bytes':0}}]");
        assertThat(monitor.ask("x-vmferry-points")).containsExactly("[{'point':'pong','count':3}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "fault-add | {'fault': 'bad'} | no such fault",
                "fault-add | {} | Parameter 'fault' is missing",
                "channel-cut | {'channel': 'main', 'how': 'politely'} | 'how' does not accept value 'politely'",
                "fault-remove | {'id': 'x'} | Invalid parameter type for 'id'",
                "fault-remove | {'id': 18446744073709551623} | Invalid parameter type for 'id'"
            })
    void aRefusalIsAnError(String command, String arguments, String error) {
        assertThat(monitor.ask("x-vmferry-" + command, arguments))
                .singleElement()
                .asString()
                .startsWith("error: ")
                .contains(error);
        assertThat(control.asked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyCutIsInTheSchema(CutKind kind) {
        monitor.ask(
                "x-vmferry-channel-cut", "{'channel': 'main', 'how': '%s'}".formatted(kind.text()));
        assertThat(control.asked).containsExactly("cut main " + kind);
    }

    @ParameterizedTest
    @EnumSource
    void everyProgressIsInTheSchema(FaultProgress progress) {
        ObjectNode shown =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", 1)
                        .put("fault", "pong:kill")
                        .put("from-now", false)
                        .put("progress", progress.text());
        var faults = (QapiType.ListOf) ControlCommand.FAULTS.spec().returns();
        assertThatCode(() -> faults.element().check(shown)).doesNotThrowAnyException();
    }

    @Test
    void theEventIsInTheSchema() {
        assertThat(monitor.ask("query-events").getFirst()).contains("X_VMFERRY_POINT");
        assertThat(monitor.ask("query-qmp-schema").getFirst())
                .contains("'name':'X_VMFERRY_POINT'", "'name':'x-vmferry-point-wait'");
    }
}
