package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.ram.RecordOutput;
import java.util.function.Consumer;

/** The main channel of the source: writes batches and counts every byte. */
public record MainChannel(Link link, OutgoingCounters counters, Probe probe, BatchBuffers buffers) {

    /** Large for few system calls, small for the processor's cache. */
    public static final int BATCH_BYTES = 256 * 1024;

    /** What frames a section: its head, EOS and footer. */
    private static final int SECTION_FRAME_BYTES = 64;

    /** A channel with buffers of its own. */
    public MainChannel(Link link, OutgoingCounters counters, Probe probe) {
        this(
                link,
                counters,
                probe,
                new BatchBuffers(
                        BATCH_BYTES + RecordOutput.MAX_RECORD_BYTES + SECTION_FRAME_BYTES,
                        BatchBuffers.OF_ONE_LINK));
    }

    /** Bytes of the stream sent so far, on this and on earlier channels. */
    long sentBytes() {
        return counters.transferredBytes;
    }

    /** Whether the connection takes a batch now. */
    public boolean writable() {
        return link.writable();
    }

    /** Runs an action once the transport has taken all that was sent. */
    public void whenDrained(Runnable action) {
        link.whenDrained(action);
    }

    /**
     * Has a batch written, with room for {@link #BATCH_BYTES} and one closing section, and sends
     * it.
     *
     * @return the bytes sent
     */
    public int send(Consumer<ByteBuf> content) {
        return send(content, () -> {});
    }

    /** The same; an action runs when the batch is there as a whole and about to leave. */
    public int send(Consumer<ByteBuf> content, Runnable beforeItLeaves) {
        int roomBytes = BATCH_BYTES + RecordOutput.MAX_RECORD_BYTES + SECTION_FRAME_BYTES;
        return send(ByteBufAllocator.DEFAULT.directBuffer(roomBytes), content, beforeItLeaves);
    }

    /** Sends a batch of page records in a section, none of which needs more room than there is. */
    public int sendRecords(Consumer<ByteBuf> content) {
        return sendRecords(BATCH_BYTES + RecordOutput.MAX_RECORD_BYTES, content);
    }

    /** The same with room for so many bytes of records. */
    public int sendRecords(int roomBytes, Consumer<ByteBuf> content) {
        return send(buffers.take(roomBytes + SECTION_FRAME_BYTES), content, () -> {});
    }

    private int send(ByteBuf taken, Consumer<ByteBuf> content, Runnable beforeItLeaves) {
        ByteBuf batch = taken;
        try {
            content.accept(batch);
            batch = withoutSlack(batch);
            beforeItLeaves.run();
        } catch (Throwable bug) {
            batch.release();
            throw bug;
        }
        int bytes = batch.readableBytes();
        send(batch);
        return bytes;
    }

    /** Copies a small batch into a buffer of its size, since links limit their queue by bytes. */
    private static ByteBuf withoutSlack(ByteBuf batch) {
        int bytes = batch.readableBytes();
        if (bytes >= batch.capacity() / 2) {
            return batch;
        }
        ByteBuf small = ByteBufAllocator.DEFAULT.directBuffer(bytes);
        small.writeBytes(batch);
        batch.release();
        return small;
    }

    /**
     * Sends a buffer in batches, so that the first is in flight while the others are copied.
     *
     * @param beforeItLeaves runs when the first batch is about to leave
     */
    public void sendWhole(ByteBuf content, Runnable beforeItLeaves) {
        Runnable before = beforeItLeaves;
        while (content.isReadable()) {
            int bytes = Math.min(content.readableBytes(), BATCH_BYTES);
            send(buffers.take(bytes), out -> out.writeBytes(content, bytes), before);
            before = () -> {};
        }
    }

    private void send(ByteBuf batch) {
        counters.transferredBytes += batch.readableBytes();
        link.write(batch);
        link.flush();
    }

    public void command(Command command) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(64);
        StreamWriter.command(out, command);
        send(out);
        probe.reached(PointName.COMMAND_SENT, command.type());
    }
}
