package io.vmferry.lab.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.ClientCommand;
import io.vmferry.protocol.qmp.JsonText;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.qmp.QmpFramer;
import java.nio.charset.StandardCharsets;

/**
 * The lexer and the parser of a monitor, with limits that short inputs can reach. What they read is
 * printed and read again, which must change nothing.
 */
final class JsonTarget implements FuzzTarget {

    private static final int MAX_VALUE_BYTES = 256;
    private static final int MAX_DEPTH = 32;

    /** Room for what grows when it is printed: characters become escapes. */
    private static final int MAX_PRINTED_BYTES = 8 * MAX_VALUE_BYTES;

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        QmpFramer framer = new QmpFramer(MAX_VALUE_BYTES, MAX_DEPTH, Profile.DEFAULT);
        Values values = new Values(trace);
        ByteBuf bytes = Unpooled.wrappedBuffer(input);
        while (bytes.isReadable()) {
            framer.feed(bytes.readSlice(cuts.next(bytes.readableBytes())), values);
            if (framer.heldBytes() > MAX_VALUE_BYTES) {
                throw new IllegalStateException("Held: " + framer.heldBytes() + " bytes");
            }
        }
        trace.ended("holding " + framer.heldBytes() + " bytes");
    }

    private record Values(Trace trace) implements QmpFramer.Sink {

        @Override
        public void value(JsonNode value) {
            String text = JsonText.print(value);
            trace.note("value", text);
            if (printable(value)) {
                requireReadAgain(text);
            }
            try {
                trace.note("command", ClientCommand.parse(value, true));
            } catch (QmpException refusal) {
                trace.note("refusal", Worded.of(refusal));
            }
        }

        @Override
        public void malformed(String description) {
            trace.note("complaint", description);
        }
    }

    /**
     * Whether it is printed as what it is: QEMU prints what is too large for a number as no JSON at
     * all, and a negative zero as a whole number, which has no sign.
     */
    private static boolean printable(JsonNode value) {
        if (value.isContainerNode()) {
            return value.valueStream().allMatch(JsonTarget::printable);
        }
        double number = value.isFloatingPointNumber() ? value.doubleValue() : 1;
        return Double.isFinite(number) && !Double.valueOf(number).equals(-0.0);
    }

    private static void requireReadAgain(String text) {
        String[] again = {"nothing"};
        QmpFramer framer = new QmpFramer(MAX_PRINTED_BYTES, MAX_DEPTH, Profile.DEFAULT);
        QmpFramer.Sink sink =
                new QmpFramer.Sink() {
                    @Override
                    public void value(JsonNode value) {
                        again[0] = JsonText.print(value);
                    }

                    @Override
                    public void malformed(String description) {
                        again[0] = description;
                    }
                };
        // a word without an end of its own, such as a number, ends with white space
        framer.feed(
                Unpooled.wrappedBuffer((text + "\n").getBytes(StandardCharsets.US_ASCII)), sink);
        if (!again[0].equals(text)) {
            throw new IllegalStateException(
                    "Printed as %s, which reads as %s".formatted(text, again[0]));
        }
    }
}
