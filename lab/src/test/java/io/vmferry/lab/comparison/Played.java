package io.vmferry.lab.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Plays a dialogue to a node and keeps what could be seen, step by step. */
final class Played {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long PERIOD_MILLIS = 4;

    private final ComparedNode node;
    private final ScriptedPeer peer;
    private final Map<String, String> seen = new LinkedHashMap<>();

    private Played(ComparedNode node, ScriptedPeer peer) {
        this.node = node;
        this.peer = peer;
    }

    /** The replies by step; repeated steps have numbers. */
    static Map<String, String> of(Dialogue dialogue, ComparedNode node, ScriptedPeer peer)
            throws Exception {
        Played played = new Played(node, peer);
        int number = 0;
        for (DialogueStep step : dialogue.steps()) {
            number++;
            played.step(number, step);
        }
        List<String> events = new ArrayList<>();
        node.events().forEach(event -> Normalized.event(event).ifPresent(events::add));
        played.seen.put("events", String.join("\n            ", events));
        return played.seen;
    }

    private void step(int number, DialogueStep step) throws Exception {
        switch (step) {
            case DialogueStep.Ask(String line) ->
                    seen.put(number + " " + line, Normalized.reply(line, node.ask(line)));
            case DialogueStep.AwaitStatus(List<String> statuses) ->
                    seen.put(
                            number + " await " + String.join(" ", statuses),
                            await("query-migrate", statuses));
            case DialogueStep.AwaitGuest(String status) ->
                    seen.put(
                            number + " await-guest " + status,
                            await("query-status", List.of(status)));
            case DialogueStep.AwaitError() -> seen.put(number + " await-error", awaitError());
            case DialogueStep.AwaitExit() ->
                    seen.put(
                            number + " await-exit",
                            node.endsWithin(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS))
                                    ? "has ended with " + node.exitCode()
                                    : "goes on");
            case DialogueStep.LetPeer(List<String> words) ->
                    seen.put(number + " peer " + String.join(" ", words), peer.act(words));
        }
    }

    private String await(String command, List<String> statuses) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String status;
        do {
            status = query(command).path("return").path("status").asText("none");
            if (statuses.contains(status)) {
                return "in time";
            }
        } while (!node.endsWithin(PERIOD_MILLIS) && System.nanoTime() < end);
        return "not in time, but " + status;
    }

    private String awaitError() throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        do {
            JsonNode report = query("query-migrate").path("return");
            if (report.has("error-desc")) {
                return "in time";
            }
        } while (!node.endsWithin(PERIOD_MILLIS) && System.nanoTime() < end);
        return "not in time";
    }

    private JsonNode query(String command) throws Exception {
        return node.ask("{\"execute\":\"%s\"}".formatted(command));
    }
}
