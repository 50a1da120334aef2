package io.vmferry.machine.device;

import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StateReader;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamException;

/**
 * The machine's clocks: section {@code timer}, version 2.
 *
 * <pre>
 *   offset  width  field
 *        0      8  cpu_ticks_offset, signed
 *        8      8  unused, zero
 *       16      8  cpu_clock_offset in ns, signed (not in version 1)
 * </pre>
 *
 * <p>The guest does not read these clocks; received values are kept and sent on.
 */
public final class TimerDevice implements StateDevice {
    private static final int VERSION = 2;
    private static final int UNUSED_BYTES = 8;
    private static final int LENGTH_BYTES = 24;
    private static final int LENGTH_BYTES_V1 = 16;

    private long ticksOffset;
    private long clockOffsetNanos;

    @Override
    public String idstr() {
        return "timer";
    }

    @Override
    public int versionId() {
        return VERSION;
    }

    @Override
    public int minimumVersionId() {
        return 1;
    }

    @Override
    public void save(StateWriter out) {
        out.int64("cpu_ticks_offset", ticksOffset)
                .unused(UNUSED_BYTES)
                .int64("cpu_clock_offset", clockOffsetNanos);
    }

    @Override
    public PayloadReader loader(int versionId) {
        return versionId < VERSION
                ? PayloadReader.fixed(LENGTH_BYTES_V1, this::loadTicks)
                : PayloadReader.fixed(
                        LENGTH_BYTES,
                        in -> {
                            loadTicks(in);
                            clockOffsetNanos = in.int64();
                        });
    }

    private void loadTicks(StateReader in) throws StreamException {
        ticksOffset = in.int64();
        in.skip(UNUSED_BYTES);
    }
}
