package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vmferry.machine.descriptor.ClientDescriptors;
import io.vmferry.protocol.qmp.QmpEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MonitorConnectionTest {

    private final EventFanout events = new EventFanout(TestSession.CLOCK);
    private int freed;
    private final CommandTable table = TestSession.idleCommands().build();

    private MonitorConnection connection() {
        return new MonitorConnection(
                "test",
                () -> freed++,
                output ->
                        new MonitorSession(
                                table,
                                Runnable::run,
                                Runnable::run,
                                events,
                                output,
                                ClientDescriptors.none()));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static String text(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf line = channel.readOutbound(); line != null; line = channel.readOutbound()) {
            text.append(line.toString(StandardCharsets.US_ASCII));
            line.release();
        }
        return text.toString();
    }

    @Test
    void bytesGoInAndLinesComeOut() {
        EmbeddedChannel channel = new EmbeddedChannel(connection());
        assertThat(text(channel)).startsWith("{\"QMP\": ").endsWith("}\r\n");
        ByteBuf commands = bytes("{'execute':'qmp_capabilities'}{'execute':'query-name'}");
        channel.writeInbound(commands);
        assertThat(text(channel)).isEqualTo("{\"return\": {}}\r\n{\"return\": {}}\r\n");
        assertThat(commands.refCnt()).isZero();
    }

    @Test
    void aClientThatNeverReadsIsDroppedAtTheLimit() {
        MonitorConnection connection = connection();
        // The channel writes nothing until the final flush, as if the peer did not read.
        EmbeddedChannel channel = new EmbeddedChannel(new Stuck(), connection);
        channel.writeInbound(bytes("{'execute':'qmp_capabilities'}"));
        int events = 0;
        while (channel.isOpen() && events < 100_000) {
            this.events.emit(new QmpEvent.Stop());
            events++;
        }
        assertThat(channel.isOpen()).isFalse();
        long eventBytes = 80;
        assertThat(events * eventBytes)
                .isBetween(
                        MonitorConnection.MAX_UNREAD_BYTES / 2,
                        MonitorConnection.MAX_UNREAD_BYTES * 2);
        channel.runPendingTasks();
        this.events.emit(new QmpEvent.Stop());
    }

    @Test
    void aClientThatLeavesItsRepliesUnreadIsNotWaitedForForEver() {
        EmbeddedChannel channel = new EmbeddedChannel(new Stuck(), connection());
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(MonitorConnection.GOODBYE_SECONDS, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aClientThatDoesNotReadIsNotRead() {
        EmbeddedChannel channel = new EmbeddedChannel(new Stuck(), connection());
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
        channel.writeInbound(bytes("{'execute':'qmp_capabilities'}"));
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.unsafe().outboundBuffer().addMessage(bytes("x"), 300, channel.newPromise());
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.unsafe().outboundBuffer().addFlush();
        channel.unsafe().outboundBuffer().remove();
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void theEndOfInputAndBrokenConnectionsEndTheSession() {
        EmbeddedChannel ended = new EmbeddedChannel(connection());
        ended.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        ended.runPendingTasks();
        assertThat(ended.isOpen()).isFalse();
        assertThat(freed).isEqualTo(1);

        EmbeddedChannel broken = new EmbeddedChannel(connection());
        broken.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        assertThat(broken.isOpen()).isFalse();
    }
}
