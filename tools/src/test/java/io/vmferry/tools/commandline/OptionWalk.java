package io.vmferry.tools.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A walk over all options that a program has, with values that make no sense: it must end with a
 * code that its help explains, and tell what is wrong in one line, whatever the option is for.
 */
public final class OptionWalk {

    /** A program that ends by itself with the usual arguments. */
    @FunctionalInterface
    public interface Run {
        /** Runs it with more arguments, and gives its exit code. */
        int with(PrintStream err, String... arguments);
    }

    private static final int USAGE = 2;
    private static final long PATIENCE_SECONDS = 60;

    private final CommandSpec program;
    private final Set<Integer> codes;
    private final Run run;
    private final List<String> values;
    private final SoftAssertions found = new SoftAssertions();

    /**
     * A walk that has not begun.
     *
     * @param program tells the options
     * @param codes that the program may end with
     * @param directory for files that options name, empty at first
     */
    public OptionWalk(CommandSpec program, Set<Integer> codes, Path directory, Run run)
            throws IOException {
        this.program = program;
        this.codes = codes;
        this.run = run;
        // by a link, so that a program that removes what it finds cannot harm the machine
        Path full = Files.createSymbolicLink(directory.resolve("full"), Path.of("/dev/full"));
        Path text = Files.writeString(directory.resolve("text"), "of somebody else\n".repeat(99));
        List<String> paths =
                List.of(
                        directory.toString(),
                        text.toString(),
                        directory.resolve("no/such/file").toString(),
                        full.toString(),
                        text.resolve("file").toString());
        this.values =
                Stream.concat(
                                Stream.of(
                                        "",
                                        " ",
                                        "-1",
                                        "0",
                                        "99999999999999999999",
                                        "nonsense",
                                        "a=b,c",
                                        ":",
                                        "\u00e9\n\t%s",
                                        "tcp:nohost.invalid:1",
                                        "127.0.0.1:-1"),
                                paths.stream()
                                        .flatMap(path ->
                                                Stream.of(path, "unix:" + path, "file:" + path)))
                        .toList();
    }

    /** Numbers that the help of a program explains. */
    public static Set<Integer> explained(CommandSpec program) {
        return program.usageMessage().exitCodeList().keySet().stream()
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
    }

    /** Tries every option. */
    public void go() throws IOException {
        List<OptionSpec> options =
                program.options().stream()
                        .filter(option -> !option.usageHelp() && !option.versionHelp())
                        .toList();
        assertThat(options).isNotEmpty();
        try {
            options.forEach(this::check);
        } finally {
            removeWhatWasNamed();
        }
        found.assertAll();
    }

    /** In the working directory: where an option names a file, most values are good names. */
    private void removeWhatWasNamed() throws IOException {
        for (String value : values) {
            if (!value.isEmpty() && !value.contains("/")) {
                Files.deleteIfExists(Path.of(value));
                Files.deleteIfExists(Path.of("." + value + ".lock"));
            }
        }
    }

    private void check(OptionSpec option) {
        String name = option.longestName();
        if (option.arity().max() == 0) {
            check(name, name);
            check(name + "=nonsense");
        } else {
            check(name);
            values.forEach(value -> check(name, value));
            IntStream.of(0, 5).mapToObj(values::get).forEach(v -> check(name, v, name, v));
        }
    }

    private void check(String... arguments) {
        String what = String.join(" ", arguments);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int code = ended(what, () -> run.with(err, arguments));
        String said = bytes.toString(StandardCharsets.UTF_8);
        found.assertThat(code).as("%s: %s", what, said).isIn(codes);
        found.assertThat(said).as(what).doesNotContain("Internal error", "\tat ", "java.lang.");
        if (code == USAGE) {
            found.assertThat(said.lines()).as("%s: %s", what, said).hasSize(1);
        }
    }

    private static int ended(String what, Callable<Integer> program) {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        code.complete(program.call());
                    } catch (Throwable e) {
                        code.completeExceptionally(e);
                    }
                });
        try {
            return code.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(what, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(what, e);
        }
    }
}
