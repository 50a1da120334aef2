package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.machine.descriptor.ClientDescriptors;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Profile.QemuVersion;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class MonitorSessionTest {

    private final List<Reply> held = new ArrayList<>();
    private final CommandTable table =
            TestSession.idleCommands()
                    .add("hold", (arguments, reply) -> held.add(reply))
                    .addOutOfBand("jump", QapiType.struct(), (arguments, reply) -> reply.success())
                    .build();

    private static String reply(Object id) {
        return "{\"return\": {}, \"id\": " + id + "}";
    }

    @Test
    void aSessionGoesAsWithARealQemu() throws Exception {
        TestSession ours = new TestSession(TestSession.idleCommands().build());
        List<String> expected = new ArrayList<>();
        List<String> heard = new ArrayList<>();
        QemuVersion running = Profile.QEMU_7_2.qemuVersion();
        int exchanges = 0;
        for (String line : recorded()) {
            if (line.startsWith("> ")) {
                heard.addAll(ours.heard());
                assertThat(heard).as("before %s", line).isEqualTo(expected);
                expected.add(line);
                heard.add(line);
                String text = line.substring(2).replace("+", "%2B");
                ours.send(URLDecoder.decode(text, StandardCharsets.ISO_8859_1));
                ours.settle();
                exchanges++;
            } else {
                // the recording says only whose version it is
                expected.add(
                        line.substring(2)
                                .replace("\"vmferry\"", "\"" + running.vendorPackage() + "\""));
            }
        }
        heard.addAll(ours.heard());
        assertThat(heard).isEqualTo(expected);
        assertThat(exchanges).isGreaterThan(70);
    }

    private List<String> recorded() throws Exception {
        try (InputStream in = getClass().getResourceAsStream("session-qemu-7.2.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    @Test
    void commandsGetRepliesOneByOneInOrder() {
        TestSession test = TestSession.negotiated(table);
        test.send("{'execute':'hold','id':1}{'execute':'query-name','id':2}{'bad':1,'id':3}x ");
        test.settle();
        assertThat(test.heard()).isEmpty();
        assertThat(held).hasSize(1);
        held.getFirst().success();
        test.settle();
        assertThat(test.heard())
                .startsWith(reply(1), reply(2))
                .hasSize(4)
                .element(3)
                .asString()
                .contains("invalid keyword 'x'");
    }

    @Test
    void anOutOfBandCommandOvertakes() {
        TestSession test = TestSession.negotiated(table);
        test.send("{'execute':'hold','id':1}{'execute':'query-name','id':2}");
        test.settle();
        assertThat(test.ask("{'exec-oob':'jump','id':3}")).containsExactly(reply(3));
        held.getFirst().success();
        test.settle();
        assertThat(test.heard()).containsExactly(reply(1), reply(2));
    }

    /** Expected replies are those of QEMU 7.2 and 11.1. */
    @Test
    void refusalsOfOutOfBandCommandsOvertakeAsWell() {
        TestSession test = new TestSession(table);
        test.heard();
        test.ask("{'execute':'qmp_capabilities','arguments':{'enable':['oob']}}");
        test.send("{'execute':'hold','id':1}");
        assertThat(test.ask("{'exec-oob':'query-name','id':2}").getFirst())
                .contains("\"id\": 2", "The command query-name does not support OOB");
        assertThat(test.ask("{'exec-oob':'qmp_capabilities','id':3}").getFirst())
                .contains("\"id\": 3", "The command qmp_capabilities does not support OOB");
        assertThat(test.ask("{'exec-oob':'nosuch','id':4}").getFirst())
                .contains("\"id\": 4", "CommandNotFound", "The command nosuch has not been found");
        assertThat(test.ask("{'exec-oob':'jump','arguments':{'x':1},'id':5}").getFirst())
                .contains("\"id\": 5", "Parameter 'x' is unexpected");
        assertThat(held).hasSize(1);
        held.getFirst().success();
        test.settle();
        assertThat(test.heard()).containsExactly(reply(1));
    }

    @Test
    void readingStopsWhileTooManyCommandsWait() {
        TestSession test = TestSession.negotiated(table);
        test.send("{'execute':'hold'}" + "{'execute':'query-name'}".repeat(7));
        test.settle();
        assertThat(test.reading).isTrue();
        test.send("{'execute':'query-name'}");
        assertThat(test.reading).isFalse();
        held.getFirst().success();
        test.settle();
        assertThat(test.reading).isTrue();
        assertThat(test.heard()).hasSize(9);
    }

    @Test
    void readingStopsWhileTooManyOvertakingCommandsWait() {
        TestSession test = TestSession.negotiated(table);
        test.send("{'exec-oob':'jump'}".repeat(7));
        assertThat(test.reading).isTrue();
        test.send("{'exec-oob':'jump'}");
        assertThat(test.commands).hasSize(8);
        assertThat(test.reading).isFalse();
        test.settle();
        assertThat(test.reading).isTrue();
        assertThat(test.heard()).hasSize(8);
    }

    @Test
    void aClientThatEndsItsInputIsOwedRepliesOutOfBandToo() {
        TestSession test = TestSession.negotiated(table);
        test.send("{'exec-oob':'jump','id':1}");
        test.session.inputEnded();
        assertThat(test.closed).isFalse();
        test.settle();
        assertThat(test.heard()).containsExactly(reply(1));
        assertThat(test.closed).isTrue();
    }

    @Test
    void eventsComeOnlyAfterTheNegotiationAndInOrderWithReplies() {
        TestSession test = new TestSession(table);
        test.events.emit(new QmpEvent.Resume());
        test.settle();
        assertThat(test.heard()).hasSize(1).first().asString().startsWith("{\"QMP\"");

        test.ask("{'execute':'qmp_capabilities'}");
        test.send("{'execute':'hold'}");
        test.settle();
        test.events.emit(new QmpEvent.Stop());
        held.getFirst().success();
        test.events.emit(new QmpEvent.MigrationPass(2));
        test.settle();
        String stamp =
                "{\"timestamp\": {\"seconds\": 1700000000, \"microseconds\": 123456}, \"event\": ";
        assertThat(test.heard())
                .containsExactly(
                        stamp + "\"STOP\"}",
                        "{\"return\": {}}",
                        stamp + "\"MIGRATION_PASS\", \"data\": {\"pass\": 2}}");
    }

    @Test
    void everySessionHearsOfAnEventUntilItCloses() {
        EventFanout fanout = new EventFanout(TestSession.CLOCK);
        TestSession one = TestSession.negotiated(table);
        TestSession other = TestSession.negotiated(table);
        one.heard();
        other.heard();
        fanout.join(one.session);
        fanout.join(other.session);
        fanout.emit(new QmpEvent.Stop());
        one.session.closed();
        fanout.leave(one.session);
        fanout.emit(new QmpEvent.Resume());
        one.settle();
        other.settle();
        assertThat(one.heard()).isEmpty();
        assertThat(other.heard()).hasSize(2);
    }

    @Test
    void aCommandThatBreaksOrRepliesTwiceOrIsNotTakenHarmsNobody() {
        TestSession test =
                TestSession.negotiated(
                        CommandTable.builder(Profile.DEFAULT)
                                .add(
                                        "broken",
                                        (arguments, reply) -> {
                                            throw new IllegalStateException("thrown by the test");
                                        })
                                .add(
                                        "query-broken",
                                        (arguments, reply) -> {
                                            throw new IllegalStateException("thrown by the test");
                                        })
                                .add(
                                        "twice",
                                        (arguments, reply) -> {
                                            reply.success();
                                            reply.failure(QmpException.generic("late"));
                                        })
                                .build());
        assertThat(test.ask("{'execute':'broken','id':4}"))
                .containsExactly(
                        "{\"id\": 4, \"error\": {\"class\": \"GenericError\", \"desc\":"
                                + " \"Internal error in broken, the log says more\"}}");
        assertThat(test.escaped).hasSize(1);
        assertThat(test.ask("{'execute':'query-broken','id':6}")).hasSize(1);
        assertThat(test.escaped)
                .as("a bug in a query is not reported to the engine: it changes nothing")
                .hasSize(1);
        assertThat(test.ask("{'execute':'twice','id':5}")).containsExactly(reply(5));
        assertThat(test.ask("{'execute':'query-commands'}"))
                .containsExactly(
                        "{\"return\": [{\"name\": \"query-version\"}, {\"name\": \"broken\"},"
                                + " {\"name\": \"query-broken\"}, {\"name\": \"twice\"}, {\"name\":"
                                + " \"qmp_capabilities\"}, {\"name\":"
                                + " \"query-commands\"}, {\"name\": \"query-events\"}, {\"name\":"
                                + " \"query-qmp-schema\"}]}");
    }

    /**
     * Otherwise the session would wait forever, and the engine would not learn of the exception.
     */
    @Test
    void whateverACommandThrowsItGetsAReplyAndIsToldToWhoRunsTheLoop() {
        Error error = new AssertionError("thrown by the test");
        RuntimeException exception = new IllegalStateException("thrown by the test");
        TestSession test =
                TestSession.negotiated(
                        CommandTable.builder(Profile.DEFAULT)
                                .add(
                                        "migrate",
                                        (arguments, reply) -> {
                                            throw error;
                                        })
                                .add(
                                        "migrate_cancel",
                                        (arguments, reply) -> {
                                            throw exception;
                                        })
                                .add(
                                        "query-migrate",
                                        (arguments, reply) -> {
                                            throw error;
                                        })
                                .build());
        for (String name : List.of("migrate", "migrate_cancel", "query-migrate")) {
            assertThat(test.ask("{'execute':'%s','id':1}".formatted(name)))
                    .containsExactly(
                            "{\"id\": 1, \"error\": {\"class\": \"GenericError\", \"desc\":"
                                    + " \"Internal error in %s, the log says more\"}}"
                                            .formatted(name));
        }
        assertThat(test.ask("{'execute':'qmp_capabilities','id':2}")).hasSize(1);
        // a query changes nothing, so its exception does not end the migration
        assertThat(test.escaped).containsExactly(error, exception);
    }

    @Test
    void anEndedDaemonRefusesInsteadOfHanging() {
        List<String> lines = new ArrayList<>();
        TestSession proxy = new TestSession(table);
        MonitorSession session =
                new MonitorSession(
                        table,
                        task -> {
                            throw new RejectedExecutionException();
                        },
                        proxy.loop::add,
                        proxy.events,
                        proxy,
                        proxy.descriptors);
        proxy.heard();
        session.received(
                io.netty.buffer.Unpooled.copiedBuffer(
                        "{'execute':'qmp_capabilities'}{'execute':'query-name'}",
                        StandardCharsets.US_ASCII));
        proxy.settle();
        lines.addAll(proxy.heard());
        assertThat(lines).hasSize(2).last().asString().contains("The daemon is about to end");
    }

    @Test
    void aClientThatEndsItsInputGetsWhatItAskedFor() {
        TestSession test = TestSession.negotiated(table);
        test.heard();
        test.send("{'execute':'hold'}{'execute':'query-name'}");
        test.settle();
        test.session.inputEnded();
        assertThat(test.closed).isFalse();
        held.getFirst().success(JsonNodeFactory.instance.numberNode(7));
        test.settle();
        assertThat(test.heard()).containsExactly("{\"return\": 7}", "{\"return\": {}}");
        assertThat(test.closed).isTrue();
    }

    @Test
    void aClientThatLeavesMidCommandIsForgotten() {
        TestSession test = TestSession.negotiated(table);
        test.heard();
        test.send("{'execute':'hold'}{'execute':'query-name'}{'execute':");
        test.settle();
        test.session.closed();
        held.getFirst().success();
        test.events.emit(new QmpEvent.Stop());
        test.settle();
        assertThat(test.heard()).isEmpty();
    }

    @Test
    void noGarbageEndsASession() {
        String words = "{}[]:,\"'0123 tfn\\ue-.execut\u00ff\u0001";
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TestSession test = TestSession.negotiated(table);
            StringBuilder garbage = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                garbage.append(words.charAt(random.nextInt(words.length())));
            }
            test.send(garbage.toString());
            test.settle();
            assertThat(test.ask("\u00ff{'execute':'query-name','id':'still here'}"))
                    .as("seed %d", seed)
                    .endsWith(reply("\"still here\""));
        }
    }

    @Test
    void anErrorInServingAClientIsReportedAndTheSessionGoesNoFurther() {
        OutOfMemoryError error = new OutOfMemoryError("for a test");
        List<Throwable> bugs = new ArrayList<>();
        MonitorSession session =
                new MonitorSession(
                        table,
                        Runnable::run,
                        Runnable::run,
                        new EventFanout(TestSession.CLOCK),
                        new MonitorSession.Output() {
                            @Override
                            public void write(byte[] line) {
                                throw error;
                            }

                            @Override
                            public void read(boolean on) {}

                            @Override
                            public void close() {}

                            @Override
                            public void broken(Throwable bug) {
                                bugs.add(bug);
                            }
                        },
                        ClientDescriptors.none());
        session.event(new byte[0]);
        assertThat(bugs).containsExactly(error);
    }
}
