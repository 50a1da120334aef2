package io.vmferry.lab.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Commands to a monitor. */
final class MonitorExamples {

    private static final String NEGOTIATION =
            "{\"execute\": \"qmp_capabilities\", \"arguments\": {\"enable\": [\"oob\"]}}\n";

    private MonitorExamples() {}

    /** JSON of every kind. */
    static List<byte[]> values() {
        return bytes(
                "{\"execute\": \"query-status\", \"id\": [1, -2.5e3, true, null]}",
                "{'exec-oob': 'migrate-pause', 'id': 'x'}",
                "[0, -0.0, 1E+9, 18446744073709551615, -9223372036854775808, 1e400]",
                "\"\\u00e9\\ud83d\\ude00\\\\\\/\\b\\f\\n\\r\\t\\\" \u00e9\u20ac\" 'it\\'s'",
                "{\"a\": {\"b\": {\"c\": [[[[{}]]]]}}, \"d\": []}",
                "\u0000{\"a\"\u00ff: nul 01 1. +1 tru} ] [}");
    }

    /** Commands of a client that has negotiated first, with all arguments that can be wrong. */
    static List<byte[]> sessions() {
        return bytes(
                NEGOTIATION + "{\"execute\": \"query-version\", \"id\": {\"n\": 1}}",
                NEGOTIATION
                        + """
                        {"execute": "migrate-set-capabilities", "arguments": {"capabilities": [
                          {"capability": "events", "state": true},
                          {"capability": "postcopy-ram", "state": false}]}}
                        {"execute": "query-migrate-capabilities"}\
                        """,
                NEGOTIATION
                        + """
                        {"execute": "migrate-set-parameters", "arguments": {
                          "max-bandwidth": 1000000, "downtime-limit": 300, "multifd-channels": 2,
                          "tls-creds": "", "zero-page-detection": "legacy"}}
                        {"execute": "query-migrate-parameters"}\
                        """,
                NEGOTIATION
                        + "{\"exec-oob\": \"now\", \"id\": 7} {\"execute\": \"query-commands\"}",
                "{\"execute\": \"query-status\"} {\"execute\": \"qmp_capabilities\"} {}");
    }

    private static List<byte[]> bytes(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }
}
