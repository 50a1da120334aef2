package io.vmferry.lab.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpFramer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws random commands: every one of a table, those that control a migration more often, with
 * valid and invalid arguments, and sometimes bytes that are no command.
 */
final class RandomClient {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    /** One value of each kind, for the place of another. */
    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "0",
                    "-1",
                    "18446744073709551615",
                    "1e308",
                    "''",
                    "'active'",
                    "'\u00e9\\u0000'",
                    "[]",
                    "{}",
                    "[[[{'a': {}}]]]",
                    "'" + "x".repeat(2000) + "'");

    /** Bytes that contain no command, after which the next command is read correctly. */
    private static final List<String> GARBAGE =
            List.of(
                    "[1, 2]",
                    "7 ",
                    "'text'",
                    "nonsense ",
                    "{'execute': }",
                    "{'execute' 'stop'}",
                    "{]",
                    "}{}",
                    "{'execute': 'stop', 'execute': 'cont'}",
                    "{'a': 00}",
                    "{'execute': 'sto\u00ff",
                    "\u0001\u00fe");

    private final SplittableRandom random;
    private final List<String> names = new ArrayList<>();
    private final boolean outOfBand;

    /**
     * @param outOfBand whether out-of-band commands were negotiated
     */
    RandomClient(SplittableRandom random, CommandTable table, boolean outOfBand) {
        this.random = random;
        this.outOfBand = outOfBand;
        for (CommandTable.CommandEntry entry : table.entries()) {
            int weight = Vocabulary.weight(entry.name());
            for (int i = 0; i < weight; i++) {
                names.add(entry.name());
            }
        }
    }

    /** The next command. */
    RandomCommand next(int id) {
        if (random.nextInt(25) == 0) {
            // what was skipped ends with the line
            String text = pick(GARBAGE) + "\n";
            return new RandomCommand(RandomCommand.UNREADABLE, "", text, replies(text), false);
        }
        String command = random.nextInt(30) == 0 ? "no-such-command" : pick(names);
        return command(id, command, arguments(command));
    }

    /** Each value and each mistake in a text gets a reply. */
    private static int replies(String text) {
        int[] count = new int[1];
        QmpFramer.Sink sink =
                new QmpFramer.Sink() {
                    @Override
                    public void value(JsonNode value) {
                        count[0]++;
                    }

                    @Override
                    public void malformed(String description) {
                        count[0]++;
                    }
                };
        new QmpFramer(1 << 10, 1 << 5, Profile.DEFAULT)
                .feed(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1), sink);
        return count[0];
    }

    private RandomCommand command(int id, String name, ObjectNode arguments) {
        boolean overtakes = random.nextInt(12) == 0;
        ObjectNode json = JSON.createObjectNode();
        json.put(overtakes ? "exec-oob" : "execute", name);
        if (!arguments.isEmpty() || random.nextBoolean()) {
            json.set("arguments", arguments);
        }
        json.put("id", id);
        if (random.nextInt(40) == 0) {
            json.put("unexpected", 1);
            overtakes = false;
        }
        // what cannot be read as out of band is refused in its turn
        return new RandomCommand(id, name, json.toString(), 1, overtakes && outOfBand);
    }

    private ObjectNode arguments(String command) {
        ObjectNode arguments = (ObjectNode) parse(Vocabulary.arguments(command, random));
        if (random.nextInt(4) == 0) {
            spoil(arguments);
        }
        return arguments;
    }

    private void spoil(ObjectNode arguments) {
        List<String> members = new ArrayList<>();
        arguments.fieldNames().forEachRemaining(members::add);
        if (members.isEmpty() || random.nextInt(3) == 0) {
            arguments.set(random.nextBoolean() ? "bogus" : "uri", parse(pick(VALUES)));
        } else if (random.nextBoolean()) {
            arguments.remove(pick(members));
        } else {
            arguments.set(pick(members), parse(pick(VALUES)));
        }
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }
}
