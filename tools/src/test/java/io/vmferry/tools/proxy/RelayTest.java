package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.NotedLink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelayTest {

    private final ManualLoop loop = new ManualLoop();
    private final List<String> ends = new ArrayList<>();
    private final FaultProxy proxy =
            new FaultProxy(
                    new MigrationAddress.Unix(Path.of("destination")), List.of(), event -> {});
    private final Relay relay =
            new Relay(
                    1,
                    new NotedLink("source", ends::add),
                    new NotedLink("destination", ends::add),
                    loop,
                    proxy);

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
}
