package io.vmferry.lab.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.LocalMonitor;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The monitor of a simulated daemon with its only client, which checks the server: every command is
 * replied to once, those in band in order, and none with an internal error unless a bug was
 * injected.
 */
final class SimulatedMonitor {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final String name;
    private final SimulatedSide side;
    private final LocalMonitor monitor;
    private final List<String> transcript;
    private final Deque<Integer> inBand = new ArrayDeque<>();
    private final Set<Integer> outOfBand = new HashSet<>();
    private JsonNode last = JSON.createObjectNode();
    private boolean greeted;
    private boolean bugPlanned;

    /**
     * @param transcript receives the messages of both sides
     */
    SimulatedMonitor(SimulatedSide side, CommandTable table, List<String> transcript) {
        this.name = side.host.name();
        this.side = side;
        this.transcript = transcript;
        this.monitor = new LocalMonitor(table, side.host, CLOCK, this::heard);
        side.monitor(monitor);
    }

    /** Allows internal errors as replies from now on: an engine throws an injected bug. */
    void bugPlanned() {
        bugPlanned = true;
    }

    /** Whether the daemon is alive, and so has to reply. */
    boolean alive() {
        return side.host.alive();
    }

    /** Whether the server takes more commands now. */
    boolean reading() {
        return !alive() || monitor.reading();
    }

    /** Whether every command has got its reply. */
    boolean idle() {
        return !alive() || (inBand.isEmpty() && outOfBand.isEmpty());
    }

    /** The last reply. */
    JsonNode lastReply() {
        return last;
    }

    /** Sends a command, cut into two pieces. */
    void ask(RandomCommand command, int cut) {
        if (!alive()) {
            return;
        }
        transcript.add("%s < %s".formatted(name, command.text()));
        if (command.outOfBand()) {
            outOfBand.add(command.id());
        } else {
            for (int i = 0; i < command.replies(); i++) {
                inBand.add(command.id());
            }
        }
        byte[] bytes = command.bytes();
        int at = cut % bytes.length;
        side.host.execute(() -> monitor.send(Arrays.copyOf(bytes, at)));
        side.host.execute(() -> monitor.send(Arrays.copyOfRange(bytes, at, bytes.length)));
    }

    private void heard(String line) {
        transcript.add("%s > %s".formatted(name, line));
        JsonNode message = parse(line);
        if (!greeted) {
            greeted = true;
            require(message.has("QMP"), "No greeting but " + line);
        } else if (!message.has("event")) {
            String error = message.path("error").path("desc").asText();
            require(bugPlanned || !error.contains("Internal error"), error);
            replied(message);
        }
    }

    private void replied(JsonNode message) {
        last = message;
        int id = message.path("id").asInt(RandomCommand.UNREADABLE);
        if (outOfBand.remove(id)) {
            return;
        }
        require(
                !inBand.isEmpty() && inBand.peek() == id,
                "Expected the reply to %s, got that to %d".formatted(inBand.peek(), id));
        inBand.remove();
    }

    private JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("No JSON: " + line, e);
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(name + ": " + otherwise);
        }
    }

    /** The commands that have no reply yet, for a message. */
    List<Integer> owed() {
        List<Integer> owed = new ArrayList<>(inBand);
        owed.addAll(outOfBand);
        return owed;
    }
}
