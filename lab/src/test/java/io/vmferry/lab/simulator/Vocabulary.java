package io.vmferry.lab.simulator;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Arguments of commands, as JSON with single quotes. */
final class Vocabulary {

    /** The address at which a destination can listen, and valid and invalid others. */
    private static final List<String> ADDRESSES =
            List.of(
                    "{'uri': 'tcp:destination:4444'}",
                    "{'uri': 'tcp:destination:4444'}",
                    "{'uri': 'tcp:destination:4444'}",
                    "{'uri': 'tcp:destination:4444'}",
                    "{'channels': [{'channel-type': 'main', 'addr': {'transport': 'socket',"
                            + " 'type': 'inet', 'host': 'destination', 'port': '4444'}}]}",
                    "{'channels': [{'channel-type': 'main'}]}",
                    "{'channels': []}",
                    "{'uri': 'tcp:nobody:1'}",
                    "{'uri': 'tcp:destination:4444', 'channels': []}",
                    "{'uri': 'unix:/nowhere'}",
                    "{'uri': 'file:/nowhere'}",
                    "{'uri': 'exec:cat'}",
                    "{'uri': ''}",
                    "{}");

    /** The arguments of commands without addresses. */
    private static final Map<String, List<String>> OTHERS =
            Map.of(
                    "pmemsave",
                    List.of(
                            "{'val': 0, 'size': 4096, 'filename': '/dev/null'}",
                            "{'val': -1, 'size': 4096, 'filename': '/dev/null'}",
                            "{'val': 0, 'size': -1, 'filename': '/dev/null'}",
                            "{'val': 0, 'size': 9223372036854775807, 'filename': '/dev/null'}",
                            "{'val': 0, 'size': 1, 'filename': '/nowhere/at/all'}"),
                    "getfd",
                    List.of("{'fdname': 'a'}", "{'fdname': '1'}"),
                    "closefd",
                    List.of("{'fdname': 'a'}"),
                    "remove-fd",
                    List.of("{'fdset-id': 0}", "{'fdset-id': 0, 'fd': -1}"),
                    "object-add",
                    List.of(
                            "{'qom-type': 'secret', 'id': 'a', 'data': 'x'}",
                            "{'qom-type': 'authz-simple', 'id': 'b', 'identity': 'CN=x'}",
                            "{'qom-type': 'tls-creds-x509', 'id': 'c'}"),
                    "qmp_capabilities",
                    List.of("{}", "{'enable': ['fly']}"),
                    "human-monitor-command",
                    List.of(
                            "{'command-line': 'info migrate'}",
                            "{'command-line': 'info status'}",
                            "{'command-line': 'migrate -d tcp:destination:4444'}",
                            "{'command-line': 'xp /4xw 0'}",
                            "{'command-line': ''}"),
                    "calc-dirty-rate",
                    List.of("{'calc-time': 1}", "{'calc-time': 1, 'sample-pages': 512}"),
                    "announce-self",
                    List.of("{'initial': 50, 'max': 550, 'rounds': 5, 'step': 50}"),
                    "migrate-recover",
                    List.of("{'uri': 'tcp:destination:4445'}"));

    /** Those of vmferry's own commands; no fault corrupts bytes, which may be noticed or not. */
    private static final Map<String, List<String>> CONTROL =
            Map.of(
                    "x-vmferry-fault-add",
                    List.of(
                            "{'fault': 'status#3:close'}",
                            "{'fault': 'status(active):stall(main,5ms)', 'from-now': true}",
                            "{'fault': 'after 1ms:delay(1ms)'}",
                            "{'fault': 'after 1ms:reset(return-path)', 'from-now': true}",
                            "{'fault': 'byte(main)@1%:close'}",
                            "{'fault': 'byte(main)#2@1M:blackhole'}",
                            "{'fault': 'failure+1ms:reset'}",
                            "{'fault': 'dirty-sync#2:exit'}",
                            "{'fault': 'main-channel:kill'}",
                            "{'fault': 'nowhere:close'}"),
                    "x-vmferry-fault-remove",
                    List.of("{'id': 1}", "{'id': 2}", "{'id': 99}"),
                    "x-vmferry-channel-cut",
                    List.of(
                            "{'channel': 'main'}",
                            "{'channel': 'return-path', 'how': 'close'}",
                            "{'channel': 'all', 'how': 'blackhole'}",
                            "{'channel': 'nowhere'}"),
                    "x-vmferry-channel-restore",
                    List.of("{'channel': 'all'}", "{'channel': 'main'}"),
                    "x-vmferry-point-wait",
                    List.of(
                            "{'point': 'status(active)'}",
                            "{'point': 'status#4', 'timeout-ms': 20}",
                            "{'point': 'failure', 'from-now': true}",
                            "{'point': 'nowhere'}"));

    private static final Map<String, Integer> WEIGHTS =
            Map.of(
                    "migrate", 12,
                    "migrate-incoming", 12,
                    "migrate_cancel", 6,
                    "migrate-continue", 6,
                    "migrate-set-capabilities", 8,
                    "migrate-set-parameters", 6,
                    "query-migrate", 4,
                    "stop", 4,
                    "cont", 4);

    private static final int USUAL_WEIGHT = 2;

    private static final int CONTROL_WEIGHT = 1;

    private Vocabulary() {}

    /** The weight of a command in random requests. */
    static int weight(String command) {
        int otherwise = command.startsWith("x-") ? CONTROL_WEIGHT : USUAL_WEIGHT;
        return WEIGHTS.getOrDefault(command, otherwise);
    }

    /** Arguments for a command, an object. */
    static String arguments(String command, SplittableRandom random) {
        return switch (command) {
            case "migrate" -> address(random, ", 'resume': true", ", 'detach': true");
            case "migrate-incoming" -> address(random, ", 'exit-on-error': false");
            case "migrate-continue" -> "{'state': '%s'}".formatted(status(random).text());
            case "migrate-set-capabilities" -> capabilities(random);
            case "migrate-set-parameters" -> parameters(random);
            default ->
                    pick(
                            OTHERS.getOrDefault(
                                    command, CONTROL.getOrDefault(command, List.of("{}"))),
                            random);
        };
    }

    private static String address(SplittableRandom random, String... more) {
        String address = pick(ADDRESSES, random);
        if (random.nextInt(8) != 0 || address.equals("{}")) {
            return address;
        }
        return address.substring(0, address.length() - 1) + pick(List.of(more), random) + "}";
    }

    private static MigrationStatus status(SplittableRandom random) {
        return random.nextInt(3) == 0
                ? Scenario.oneOf(random, MigrationStatus.values())
                : MigrationStatus.PRE_SWITCHOVER;
    }

    private static String capabilities(SplittableRandom random) {
        List<String> changes = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Capability capability =
                    random.nextBoolean()
                            ? Scenario.oneOf(random, Capability.values())
                            : Scenario.oneOf(random, OFTEN);
            changes.add(
                    "{'capability': '%s', 'state': %s}"
                            .formatted(capability.text(), random.nextInt(4) != 0));
        }
        return "{'capabilities': [%s]}".formatted(String.join(", ", changes));
    }

    private static final Capability[] OFTEN = {
        Capability.EVENTS,
        Capability.RETURN_PATH,
        Capability.PAUSE_BEFORE_SWITCHOVER,
        Capability.AUTO_CONVERGE
    };

    private static String parameters(SplittableRandom random) {
        List<String> changes = new ArrayList<>();
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Parameter parameter = Scenario.oneOf(random, Parameter.values());
            String value =
                    switch (random.nextInt(4)) {
                        case 0 -> Long.toString(random.nextLong(100));
                        case 1 -> Long.toString(random.nextLong());
                        case 2 -> "true";
                        default -> Long.toString(1L << random.nextInt(40));
                    };
            if (changes.stream().noneMatch(c -> c.contains("'" + parameter.text() + "'"))) {
                changes.add("'%s': %s".formatted(parameter.text(), value));
            }
        }
        changes.add("'max-bandwidth': %d".formatted(1L << random.nextInt(10, 34)));
        return "{%s}".formatted(String.join(", ", dedupe(changes)));
    }

    private static List<String> dedupe(List<String> changes) {
        long bandwidths =
                changes.stream().filter(change -> change.startsWith("'max-bandwidth'")).count();
        return bandwidths > 1 ? changes.subList(0, changes.size() - 1) : changes;
    }

    private static String pick(List<String> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }
}
