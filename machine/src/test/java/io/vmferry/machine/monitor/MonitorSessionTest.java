package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.profile.Profile;
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
            Conversation.idleCommands()
                    .add("hold", (arguments, reply) -> held.add(reply))
                    .addOutOfBand("jump", QapiType.struct(), (arguments, reply) -> reply.success())
                    .build();

    private static String reply(Object id) {
        return "{\"return\": {}, \"id\": " + id + "}";
    }

    @Test
    void aConversationGoesAsWithARealQemu() throws Exception {
        Conversation ours = new Conversation(Conversation.idleCommands().build());
        List<String> expected = new ArrayList<>();
        List<String> heard = new ArrayList<>();
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
                expected.add(line.substring(2));
            }
        }
        heard.addAll(ours.heard());
        assertThat(heard).isEqualTo(expected);
        assertThat(exchanges).isGreaterThan(70);
    }

    private List<String> recorded() throws Exception {
        try (InputStream in = getClass().getResourceAsStream("conversation-qemu-7.2.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    @Test
    void commandsGetRepliesOneByOneInOrder() {
        Conversation talk = Conversation.negotiated(table);
        talk.send("{'execute':'hold','id':1}{'execute':'query-name','id':2}{'bad':1,'id':3}x ");
        talk.settle();
        assertThat(talk.heard()).isEmpty();
        assertThat(held).hasSize(1);
        held.getFirst().success();
        talk.settle();
        assertThat(talk.heard())
                .startsWith(reply(1), reply(2))
                .hasSize(4)
                .element(3)
                .asString()
                .contains("invalid keyword 'x'");
    }

    @Test
    void anOutOfBandCommandOvertakes() {
        Conversation talk = Conversation.negotiated(table);
        talk.send("{'execute':'hold','id':1}{'execute':'query-name','id':2}");
        talk.settle();
        assertThat(talk.ask("{'exec-oob':'jump','id':3}")).containsExactly(reply(3));
        held.getFirst().success();
        talk.settle();
        assertThat(talk.heard()).containsExactly(reply(1), reply(2));
    }

    /** Expected replies are those of QEMU 7.2 and 11.1. */
    @Test
    void refusalsOfOutOfBandCommandsOvertakeAsWell() {
        Conversation talk = new Conversation(table);
        talk.heard();
        talk.ask("{'execute':'qmp_capabilities','arguments':{'enable':['oob']}}");
        talk.send("{'execute':'hold','id':1}");
        assertThat(talk.ask("{'exec-oob':'query-name','id':2}").getFirst())
                .contains("\"id\": 2", "The command query-name does not support OOB");
        assertThat(talk.ask("{'exec-oob':'qmp_capabilities','id':3}").getFirst())
                .contains("\"id\": 3", "The command qmp_capabilities does not support OOB");
        assertThat(talk.ask("{'exec-oob':'nosuch','id':4}").getFirst())
                .contains("\"id\": 4", "CommandNotFound", "The command nosuch has not been found");
        assertThat(talk.ask("{'exec-oob':'jump','arguments':{'x':1},'id':5}").getFirst())
                .contains("\"id\": 5", "Parameter 'x' is unexpected");
        assertThat(held).hasSize(1);
        held.getFirst().success();
        talk.settle();
        assertThat(talk.heard()).containsExactly(reply(1));
    }

    @Test
    void readingStopsWhileTooManyCommandsWait() {
        Conversation talk = Conversation.negotiated(table);
        talk.send("{'execute':'hold'}" + "{'execute':'query-name'}".repeat(7));
        talk.settle();
        assertThat(talk.reading).isTrue();
        talk.send("{'execute':'query-name'}");
        assertThat(talk.reading).isFalse();
        held.getFirst().success();
        talk.settle();
        assertThat(talk.reading).isTrue();
        assertThat(talk.heard()).hasSize(9);
    }

    @Test
    void readingStopsWhileTooManyOvertakingCommandsWait() {
        Conversation talk = Conversation.negotiated(table);
        talk.send("{'exec-oob':'jump'}".repeat(7));
        assertThat(talk.reading).isTrue();
        talk.send("{'exec-oob':'jump'}");
        assertThat(talk.commands).hasSize(8);
        assertThat(talk.reading).isFalse();
        talk.settle();
        assertThat(talk.reading).isTrue();
        assertThat(talk.heard()).hasSize(8);
    }

    @Test
    void aClientThatEndsItsInputIsOwedRepliesOutOfBandToo() {
        Conversation talk = Conversation.negotiated(table);
        talk.send("{'exec-oob':'jump','id':1}");
        talk.session.inputEnded();
        assertThat(talk.closed).isFalse();
        talk.settle();
        assertThat(talk.heard()).containsExactly(reply(1));
        assertThat(talk.closed).isTrue();
    }

    @Test
    void eventsComeOnlyAfterTheNegotiationAndInOrderWithReplies() {
        Conversation talk = new Conversation(table);
        talk.events.emit(new QmpEvent.Resume());
        talk.settle();
        assertThat(talk.heard()).hasSize(1).first().asString().startsWith("{\"QMP\"");

        talk.ask("{'execute':'qmp_capabilities'}");
        talk.send("{'execute':'hold'}");
        talk.settle();
        talk.events.emit(new QmpEvent.Stop());
        held.getFirst().success();
        talk.events.emit(new QmpEvent.MigrationPass(2));
        talk.settle();
        String stamp =
                "{\"timestamp\": {\"seconds\": 1700000000, \"microseconds\": 123456}, \"event\": ";
        assertThat(talk.heard())
                .containsExactly(
                        stamp + "\"STOP\"}",
                        "{\"return\": {}}",
                        stamp + "\"MIGRATION_PASS\", \"data\": {\"pass\": 2}}");
    }

    @Test
    void everySessionHearsOfAnEventUntilItCloses() {
        EventFanout fanout = new EventFanout(Conversation.CLOCK);
        Conversation one = Conversation.negotiated(table);
        Conversation other = Conversation.negotiated(table);
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
        Conversation talk =
                Conversation.negotiated(
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
        assertThat(talk.ask("{'execute':'broken','id':4}"))
                .containsExactly(
                        "{\"id\": 4, \"error\": {\"class\": \"GenericError\", \"desc\":"
                                + " \"Internal error in broken, the log says more\"}}");
        assertThat(talk.escaped).hasSize(1);
        assertThat(talk.ask("{'execute':'query-broken','id':6}")).hasSize(1);
        assertThat(talk.escaped)
                .as("a bug in a query is not reported to the engine: it changes nothing")
                .hasSize(1);
        assertThat(talk.ask("{'execute':'twice','id':5}")).containsExactly(reply(5));
        assertThat(talk.ask("{'execute':'query-commands'}"))
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
        Conversation talk =
                Conversation.negotiated(
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
            assertThat(talk.ask("{'execute':'%s','id':1}".formatted(name)))
                    .containsExactly(
                            "{\"id\": 1, \"error\": {\"class\": \"GenericError\", \"desc\":"
                                    + " \"Internal error in %s, the log says more\"}}"
                                            .formatted(name));
        }
        assertThat(talk.ask("{'execute':'qmp_capabilities','id':2}")).hasSize(1);
        // a query changes nothing, so its exception does not end the migration
        assertThat(talk.escaped).containsExactly(error, exception);
    }

    @Test
    void anEndedDaemonRefusesInsteadOfHanging() {
        List<String> lines = new ArrayList<>();
        Conversation proxy = new Conversation(table);
        MonitorSession session =
                new MonitorSession(
                        table,
                        task -> {
                            throw new RejectedExecutionException();
                        },
                        proxy.loop::add,
                        proxy.events,
                        proxy);
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
        Conversation talk = Conversation.negotiated(table);
        talk.heard();
        talk.send("{'execute':'hold'}{'execute':'query-name'}");
        talk.settle();
        talk.session.inputEnded();
        assertThat(talk.closed).isFalse();
        held.getFirst().success(JsonNodeFactory.instance.numberNode(7));
        talk.settle();
        assertThat(talk.heard()).containsExactly("{\"return\": 7}", "{\"return\": {}}");
        assertThat(talk.closed).isTrue();
    }

    @Test
    void aClientThatLeavesMidCommandIsForgotten() {
        Conversation talk = Conversation.negotiated(table);
        talk.heard();
        talk.send("{'execute':'hold'}{'execute':'query-name'}{'execute':");
        talk.settle();
        talk.session.closed();
        held.getFirst().success();
        talk.events.emit(new QmpEvent.Stop());
        talk.settle();
        assertThat(talk.heard()).isEmpty();
    }

    @Test
    void noGarbageEndsASession() {
        String words = "{}[]:,\"'0123 tfn\\ue-.execut\u00ff\u0001";
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Conversation talk = Conversation.negotiated(table);
            StringBuilder garbage = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                garbage.append(words.charAt(random.nextInt(words.length())));
            }
            talk.send(garbage.toString());
            talk.settle();
            assertThat(talk.ask("\u00ff{'execute':'query-name','id':'still here'}"))
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
                        new EventFanout(Conversation.CLOCK),
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
                        });
        session.event(new byte[0]);
        assertThat(bugs).containsExactly(error);
    }
}
