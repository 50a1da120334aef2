package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.Connector;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.NotedLink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class UpstreamConnectionsTest {

    private final List<String> seen = new ArrayList<>();
    private final Attempts attempts = new Attempts();
    private final UpstreamConnections connections =
            new UpstreamConnections(attempts, new MigrationAddress.Unix(Path.of("destination")));

    /** A connector whose attempts end when the test says so. */
    private static final class Attempts implements Connector {

        private record Begun(Consumer<Link> connected, Consumer<IOException> failed) {}

        private final List<Begun> begun = new ArrayList<>();
        private boolean failAtOnce;

        @Override
        public Cancellable connect(
                MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
            begun.add(new Begun(connected, failed));
            if (failAtOnce) {
                failed.accept(new IOException("nobody there"));
            }
            return () -> {};
        }
    }

    private void connect(String name) {
        connections.connect(
                link -> seen.add(name + " to " + link.peer()),
                failure -> seen.add(name + ": " + failure.getMessage()));
    }

    @Test
    void connectsOneAfterTheOther() {
        connect("main");
        connect("return path");
        connect("preempt");
        assertThat(attempts.begun).hasSize(1);
        attempts.begun.getFirst().connected().accept(new NotedLink("a", seen::add));
        assertThat(attempts.begun).hasSize(2);
        attempts.begun.get(1).failed().accept(new IOException("nobody there"));
        assertThat(attempts.begun).hasSize(3);
        attempts.begun.get(2).connected().accept(new NotedLink("b", seen::add));
        assertThat(seen).containsExactly("main to a", "return path: nobody there", "preempt to b");
    }

    @Test
    void connectsAtOnceWhenNoneIsUnderWay() {
        connect("main");
        attempts.begun.getFirst().connected().accept(new NotedLink("a", seen::add));
        connect("return path");
        assertThat(attempts.begun).hasSize(2);
    }

    @Test
    void goesOnAfterACallbackThatThrows() {
        connections.connect(
                link -> {
                    throw new IllegalStateException("a bug");
                },
                failure -> {});
        connect("return path");
        Link link = new NotedLink("a", seen::add);
        assertThatThrownBy(() -> attempts.begun.getFirst().connected().accept(link))
                .hasMessage("a bug");
        assertThat(attempts.begun).hasSize(2);
    }

    @Test
    void endsAttemptsThatFailAtOnceOneAfterTheOther() {
        connect("main");
        for (int i = 1; i < UpstreamConnections.MOST_WAITING; i++) {
            connect("connection " + i);
        }
        attempts.failAtOnce = true;
        attempts.begun.getFirst().failed().accept(new IOException("nobody there"));
        assertThat(seen).hasSize(UpstreamConnections.MOST_WAITING);
    }

    @Test
    void hasNoRoomForMoreThanAMigrationHas() {
        for (int i = 0; i <= UpstreamConnections.MOST_WAITING; i++) {
            assertThat(connections.hasRoom()).isTrue();
            connect("connection " + i);
        }
        assertThat(connections.hasRoom()).isFalse();
    }
}
