package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.tools.qmp.ScriptedMonitor;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The prompt on a terminal that is not there: what is typed comes from the test. */
@Timeout(20)
class PromptTest {

    @TempDir Path directory;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    private QmpExit talk(ScriptedMonitor.Script script, String typed) throws Exception {
        try (ScriptedMonitor monitor =
                        new ScriptedMonitor(peer -> {
                            peer.send(ScriptedMonitor.GREETING);
                            peer.reply("\"return\": {}");
                            peer.reply("\"return\": [{\"name\": \"stop\"}]");
                            script.run(peer);
                        });
                PipedOutputStream keys = new PipedOutputStream();
                Terminal terminal =
                        new ExternalTerminal(
                                "test",
                                "xterm",
                                new PipedInputStream(keys),
                                screen,
                                StandardCharsets.UTF_8);
                Talk talk = Talk.begin(monitor.address(), Duration.ofSeconds(10), false)) {
            terminal.setSize(Size.of(100, 40));
            keys.write(typed.getBytes(StandardCharsets.UTF_8));
            keys.flush();
            Prompt prompt =
                    new Prompt(
                            talk,
                            Look.RAW,
                            Duration.ofMillis(1),
                            terminal,
                            Optional.of(directory.resolve("history")));
            return prompt.talk();
        }
    }

    private String shown() {
        return screen.toString(StandardCharsets.UTF_8);
    }

    @Test
    void commandsAreAskedAndRepliesShown() throws Exception {
        QmpExit exit =
                talk(
                        peer -> {
                            peer.reply("\"return\": {\"a\": 1}");
                            peer.reply("\"error\": {\"class\": \"C\", \"desc\": \"d\"}");
                            peer.read();
                        },
                        "stop\rstop a=1\rstop a\rhelp\rexit\r");
        assertThat(exit).isEqualTo(QmpExit.OK);
        assertThat(shown())
                .contains("{\"a\": 1}", "C: d", "Expected key=value", "The server has: stop");
        assertThat(Files.readString(directory.resolve("history"))).contains("stop a=1");
    }

    @Test
    void eventsAppearWhileNothingIsTyped() throws Exception {
        QmpExit exit =
                talk(
                        peer ->
                                peer.send(
                                        "{\"event\": \"STOP\", \"timestamp\":"
                                                + " {\"seconds\": 1, \"microseconds\": 2}}\r\n"),
                        "");
        assertThat(exit).isEqualTo(QmpExit.NO_CONNECTION);
        assertThat(shown()).contains("\"event\": \"STOP\"", "The monitor closed the connection");
    }

    @Test
    void tabCompletesACommand() throws Exception {
        String[] asked = new String[1];
        talk(
                peer -> {
                    asked[0] = peer.reply("\"return\": {}");
                    peer.read();
                },
                "st\t\rexit\r");
        assertThat(asked[0]).contains("\"execute\": \"stop\"");
    }

    @Test
    void watchingIsPartOfIt() throws Exception {
        QmpExit exit =
                talk(
                        peer -> {
                            peer.reply(
                                    "\"return\": [{\"capability\": \"events\", \"state\": true}]");
                            peer.reply("\"return\": {\"status\": \"active\"}");
                            peer.reply("\"return\": {\"status\": \"completed\"}");
                            peer.read();
                        },
                        "watch\rexit\r");
        assertThat(exit).isEqualTo(QmpExit.OK);
        assertThat(shown()).contains("active", "completed");
    }
}
