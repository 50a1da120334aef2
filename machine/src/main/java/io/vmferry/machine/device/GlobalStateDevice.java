package io.vmferry.machine.device;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StateReader;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The run state that the guest had before it was stopped for the migration: section {@code
 * globalstate}, version 1.
 *
 * <pre>
 *   offset  width  field
 *        0      4  length of the text with its NUL; not looked at when loading
 *        4     32  run state as text, filled up with NULs
 *       36      1  1: the next field is meant
 *       37      1  1: the guest was suspended
 *       38     66  unused, zero
 * </pre>
 *
 * <p>QEMU before 9.0 has 100 bytes of text in the place of the last four fields, which comes to the
 * same bytes except that it writes 0 at offset 36.
 */
public final class GlobalStateDevice implements StateDevice {
    private static final int VERSION = 1;
    private static final int TEXT_BYTES = 32;
    private static final int OLD_TEXT_BYTES = 100;
    private static final int UNUSED_BYTES = 66;
    private static final int LENGTH_BYTES = 4 + OLD_TEXT_BYTES;

    private final Supplier<RunState> beforeStop;
    private final boolean tellsSuspended;
    private Optional<RunState> loaded = Optional.empty();

    /** As QEMU writes it since 9.0. */
    public GlobalStateDevice(Supplier<RunState> beforeStop) {
        this(beforeStop, true);
    }

    /**
     * @param beforeStop the run state to send
     * @param tellsSuspended false for the form that QEMU wrote before 9.0
     */
    public GlobalStateDevice(Supplier<RunState> beforeStop, boolean tellsSuspended) {
        this.beforeStop = beforeStop;
        this.tellsSuspended = tellsSuspended;
    }

    /** The run state that was received, once it was. */
    public Optional<RunState> loaded() {
        return loaded;
    }

    @Override
    public String idstr() {
        return "globalstate";
    }

    @Override
    public int versionId() {
        return VERSION;
    }

    @Override
    public void save(StateWriter out) {
        RunState state = beforeStop.get();
        byte[] text = state.text().getBytes(StandardCharsets.US_ASCII);
        out.uint32("size", text.length + 1L);
        if (tellsSuspended) {
            out.buffer("runstate", Arrays.copyOf(text, TEXT_BYTES))
                    .uint8("has_vm_was_suspended", 1)
                    .uint8("vm_was_suspended", state == RunState.SUSPENDED ? 1 : 0)
                    .buffer("unused", new byte[UNUSED_BYTES]);
        } else {
            out.buffer("runstate", Arrays.copyOf(text, OLD_TEXT_BYTES));
        }
    }

    @Override
    public PayloadReader loader(int versionId) {
        return PayloadReader.fixed(LENGTH_BYTES, this::load);
    }

    private void load(StateReader in) throws StreamException {
        in.uint32();
        byte[] bytes = new byte[TEXT_BYTES];
        in.buffer(bytes);
        int length = 0;
        while (length < TEXT_BYTES && bytes[length] != 0) {
            length++;
        }
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        loaded =
                Optional.of(
                        Named.find(RunState.class, text)
                                .orElseThrow(() ->
                                        StreamException.of(
                                                StreamError.UNKNOWN_RUN_STATE,
                                                "The source sent the unknown run state '%s'"
                                                        .formatted(printable(text)))));
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
