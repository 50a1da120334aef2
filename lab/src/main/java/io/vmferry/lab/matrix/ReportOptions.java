package io.vmferry.lab.matrix;

import io.vmferry.lab.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code scripts/matrix} that write the cells into files. */
final class ReportOptions {

    static final String JSON = "--json";
    static final String HTML = "--html";

    @Option(names = JSON, paramLabel = "FILE", description = "Write all cells as JSON.")
    private @Nullable Path json;

    @Option(
            names = HTML,
            paramLabel = "FILE",
            description = "Write all cells as a web page, which needs nothing else.")
    private @Nullable Path html;

    /**
     * Rejects files that cannot be written before the matrix runs, not minutes later.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    void requireWritable() {
        Map<String, @Nullable Path> files = new LinkedHashMap<>();
        files.put(JSON, json);
        files.put(HTML, html);
        OutputFile.require(files);
    }

    /**
     * Writes what is wanted.
     *
     * @param facts what was run, how and when
     */
    void write(MatrixRun run, Map<String, String> facts) throws IOException {
        if (json != null) {
            Files.writeString(json, MatrixJson.text(run, facts));
        }
        if (html != null) {
            Files.writeString(html, MatrixHtml.text(run, facts));
        }
    }
}
