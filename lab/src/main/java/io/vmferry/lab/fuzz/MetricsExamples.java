package io.vmferry.lab.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Requests to the metrics server. */
final class MetricsExamples {

    private MetricsExamples() {}

    static List<byte[]> requests() {
        return Stream.of(
                        lines("GET /healthz HTTP/1.1", "Host: here", "", ""),
                        lines("HEAD /healthz?n=%31 HTTP/1.0", "Connection: keep-alive", "", ""),
                        lines(
                                "GET http://here/metrics HTTP/1.1",
                                "Accept: application/openmetrics-text;version=1.0.0,*/*",
                                "",
                                ""),
                        lines(
                                "POST /metrics HTTP/1.1",
                                "Transfer-Encoding: chunked",
                                "",
                                "3;x=y",
                                "abc",
                                "0",
                                "Trailer: t",
                                "",
                                ""),
                        lines("", "GET / HTTP/1.1", "Content-Length: 3", "Expect: x", "", "abc"),
                        "GET /healthz HTTP/1.1\nHost: here\n folded\n\nGET /healthz HTTP/1.1\n\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines);
    }
}
