package io.vmferry.lab.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * The inputs with a former finding: a text file for each target that has any, with an input in
 * hexadecimal digits on each line and what it was about on a line with {@code #} before.
 */
final class RegressionInputs {

    private RegressionInputs() {}

    static List<byte[]> of(Target target) {
        try (InputStream in = RegressionInputs.class.getResourceAsStream(target.text() + ".txt")) {
            if (in == null) {
                return List.of();
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> HexFormat.of().parseHex(line.replace(" ", "")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Inputs of " + target.text(), e);
        }
    }
}
