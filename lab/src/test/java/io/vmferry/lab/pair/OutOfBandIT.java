package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that has asked for {@code oob} gets replies out of band while its other commands take
 * their time: saving a gigabyte of memory is one that does.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutOfBandIT {

    private static final String MACHINE = "--machine none --memory 1G ";

    @TempDir Path directory;
    private Daemons daemons;
    private Path file;

    @BeforeEach
    void open() throws Exception {
        daemons = new Daemons(directory);
        file = directory.resolve("memory");
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    @Test
    void overtakesAtASource() throws Exception {
        overtakes(daemons.source(MACHINE + "--qmp " + second()));
    }

    @Test
    void overtakesAtADestination() throws Exception {
        overtakes(daemons.destination(MACHINE + "--incoming defer --qmp " + second()));
    }

    /** A monitor of its own for this test, beside the one of {@link DaemonProcess#qmp}. */
    private String second() {
        return "--qmp=unix:" + directory.resolve("oob.qmp");
    }

    private void overtakes(DaemonProcess node) throws Exception {
        node.qmp();
        try (Talk talk = new Talk(directory.resolve("oob.qmp"))) {
            talk.read();
            talk.say("{'exec-oob': 'migrate-pause', 'id': 0}");
            assertThat(talk.read().at("/error/desc").asText())
                    .as("before the negotiation")
                    .isEqualTo("QMP input member 'exec-oob' is unexpected");
            talk.say("{'execute': 'qmp_capabilities', 'arguments': {'enable': ['oob']}}");
            assertThat(talk.read().has("return")).isTrue();

            talk.say(
                    "{'execute': 'pmemsave', 'id': 'saves', 'arguments':"
                            + " {'val': 0, 'size': 1073741824, 'filename': '"
                            + file
                            + "'}}");
            talk.say("{'execute': 'query-status', 'id': 'waits'}");
            talk.say("{'exec-oob': 'migrate-pause', 'id': {'pause': 1}}");
            talk.say(
                    "{'exec-oob': 'migrate-recover', 'id': 'recover',"
                            + " 'arguments': {'uri': 'tcp:127.0.0.1:0'}}");
            JsonNode pause = talk.read();
            assertThat(pause.at("/id/pause").asInt()).isEqualTo(1);
            assertThat(pause.at("/error/desc").asText())
                    .contains("postcopy-active or postcopy-recover state");
            JsonNode recover = talk.read();
            assertThat(recover.path("id").asText()).isEqualTo("recover");
            assertThat(recover.at("/error/desc").asText())
                    .isEqualTo("Migrate recover can only be run when postcopy is paused.");
            assertThat(node.runState()).as("another monitor is not held up").isNotEmpty();

            assertThat(talk.read().path("id").asText()).isEqualTo("saves");
            assertThat(Files.size(file)).isEqualTo(1 << 30);
            assertThat(talk.read().path("id").asText()).isEqualTo("waits");
        }
    }

    /** A bare connection, so that nothing but the daemon orders commands and replies. */
    private static final class Talk implements AutoCloseable {

        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final MappingIterator<JsonNode> replies;

        Talk(Path socket) throws IOException {
            channel.connect(UnixDomainSocketAddress.of(socket));
            replies =
                    new ObjectMapper()
                            .readerFor(JsonNode.class)
                            .readValues(Channels.newInputStream(channel));
        }

        void say(String command) throws IOException {
            String text = command.replace('\'', '"');
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }

        JsonNode read() throws IOException {
            return replies.nextValue();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
