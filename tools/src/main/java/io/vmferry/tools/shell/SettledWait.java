package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpNotice;
import io.vmferry.tools.qmp.QmpReply;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Waits until the verdict on a migration is settled: it has ended, and its memory is checked. */
final class SettledWait {

    /** What is asked: a command of vmferry, which a QEMU does not have. */
    static final QmpCall VERDICT = QmpCall.of("x-vmferry-verdict");

    private static final String EVENT = "X_VMFERRY_VERDICT";

    private final Talk talk;
    private final Poll poll;
    private JsonNode last = MissingNode.getInstance();

    /**
     * @param patience how long the wait may take; zero waits for ever
     */
    SettledWait(Talk talk, Duration patience) {
        this.talk = talk;
        this.poll = new Poll(patience);
    }

    /**
     * Waits.
     *
     * @return the verdict, or the refusal of a server that knows none
     * @throws java.net.SocketTimeoutException when it was not settled in time
     */
    QmpReply await() throws IOException, InterruptedException {
        return poll.await(
                this::ask,
                () ->
                        "The verdict is not settled: the status is '%s', the memory is '%s'"
                                .formatted(
                                        last.path("status").asText(),
                                        last.path("memory").path("state").asText()));
    }

    private Optional<QmpReply> ask() throws IOException, InterruptedException {
        QmpReply reply;
        try {
            reply = talk.ask(VERDICT);
        } catch (IOException ended) {
            // a process that ends with its migration sends the verdict as an event before
            return Optional.of(told().orElseThrow(() -> ended));
        }
        if (!reply.refused()) {
            last = reply.value();
        }
        return reply.refused() || settled(last) ? Optional.of(reply) : Optional.empty();
    }

    /** The reply that the last event with a settled verdict stands for. */
    private Optional<QmpReply> told() {
        return talk.events().stream()
                .filter(event -> event.name().equals(EVENT))
                .map(QmpNotice::data)
                .filter(SettledWait::settled)
                .reduce((earlier, later) -> later)
                .map(data ->
                        new QmpReply(JsonNodeFactory.instance.objectNode().set("return", data)));
    }

    private static boolean settled(JsonNode verdict) {
        return verdict.path("settled").asBoolean();
    }
}
