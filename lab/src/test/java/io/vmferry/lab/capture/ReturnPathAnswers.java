package io.vmferry.lab.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;

/** The return-path messages of two destinations, to be compared one by one. */
final class ReturnPathAnswers {

    private static final int PING_AFTER_PACKAGE = 4;

    private ReturnPathAnswers() {}

    static void assertSame(byte[] ours, byte[] real) throws StreamException {
        assertSame(messages(ours), messages(real));
    }

    /**
     * The same messages in the same order; only PONG 4 may be anywhere, as soon as its PING was
     * read.
     */
    static void assertSame(List<ReturnPathMessage> ours, List<ReturnPathMessage> real) {
        List<ReturnPathMessage> answers = new ArrayList<>(ours);
        List<ReturnPathMessage> expected = new ArrayList<>(real);
        assertThat(answers).containsExactlyInAnyOrderElementsOf(expected);
        ReturnPathMessage free = new ReturnPathMessage.Pong(PING_AFTER_PACKAGE);
        answers.remove(free);
        expected.remove(free);
        assertThat(answers).isEqualTo(expected);
    }

    static List<ReturnPathMessage> messages(byte[] bytes) throws StreamException {
        List<ReturnPathMessage> messages = new ArrayList<>();
        ReturnPathReader reader =
                new ReturnPathReader(
                        (offset, lengthBytes, message) -> messages.add(message),
                        block -> {
                            throw new AssertionError("a bitmap of " + block);
                        },
                        true);
        reader.read(Unpooled.wrappedBuffer(bytes));
        assertThat(reader.offset()).isEqualTo(bytes.length);
        return messages;
    }
}
