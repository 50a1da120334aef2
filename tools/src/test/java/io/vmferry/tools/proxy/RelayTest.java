package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.NotedLink;
import io.vmferry.protocol.stream.Element;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelayTest {

    private final ManualLoop loop = new ManualLoop();
    private final List<String> ends = new ArrayList<>();
    private final List<ProxyEvent> events = new ArrayList<>();
    private final FaultProxy proxy =
            new FaultProxy(
                    new MigrationAddress.Unix(Path.of("destination")), List.of(), events::add);
    private Optional<LinkListener> listener = Optional.empty();
    private final NotedLink destination =
            new NotedLink("destination", ends::add) {
                @Override
                public void attach(LinkListener attached) {
                    listener = Optional.of(attached);
                }
            };
    private final Relay relay =
            new Relay(1, new NotedLink("source", ends::add), destination, loop, proxy);

    @AfterEach
    void close() {
        proxy.close();
    }

    private void endWhileSilent(Consumer<Relay> how) {
        relay.blackhole(() -> loop.schedule(1, () -> ends.add("given up")));
        ByteBuf held = Unpooled.copyInt(1);
        relay.lane(Direction.STREAM).carry(held);
        assertThat(loop.waiting()).isEqualTo(1);
        how.accept(relay);
        assertThat(loop.idle()).isTrue();
        assertThat(held.refCnt()).isZero();
    }

    @Test
    void isNotGivenUpAfterItWasClosed() {
        endWhileSilent(Relay::close);
        assertThat(ends).containsExactly("source closed", "destination closed");
    }

    @Test
    void isNotGivenUpAfterItWasReset() {
        endWhileSilent(Relay::reset);
        assertThat(ends).containsExactly("source aborted", "destination aborted");
    }

    private void assertEnded(String... lines) {
        assertThat(events).extracting(ProxyEvent::text).containsExactly(lines);
    }

    @Test
    void tellsOnceOfEachDirectionThatItEnds() {
        relay.close();
        relay.reset();
        assertEnded(
                "#1 -> ended after 0 bytes: closed by the proxy",
                "#1 <- ended after 0 bytes: closed by the proxy");
    }

    @Test
    void tellsOfBothDirectionsThatABreakEndsThem() {
        relay.begin();
        listener.orElseThrow().closed(Optional.of(new IOException("Connection reset")));
        assertEnded(
                "#1 <- ended after 0 bytes: Connection reset",
                "#1 -> ended after 0 bytes: the other end: Connection reset");
    }

    @Test
    void tellsOfBothDirectionsThatAnEndEndsThem() {
        relay.begin();
        listener.orElseThrow().closed(Optional.empty());
        assertEnded(
                "#1 <- ended after 0 bytes", "#1 -> ended after 0 bytes: the other end has closed");
    }

    @Test
    void tellsOfNothingThatPassesAfterItsEnd() {
        Passing ping = new Passing(PlaceName.PONG, "0x1", new Element(0, 8));
        proxy.passed(relay, Direction.RETURN_PATH, ping);
        relay.reset();
        proxy.passed(relay, Direction.RETURN_PATH, ping);
        assertEnded(
                "#1 <- pong(0x1)",
                "#1 -> ended after 0 bytes: reset by the proxy",
                "#1 <- ended after 0 bytes: reset by the proxy");
    }
}
