package io.vmferry.machine.commandline;

import io.vmferry.machine.terminal.TerminalColumns;
import io.vmferry.machine.terminal.WrappedText;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The help of a program: how it is called, what it does, its options in groups, examples and exit
 * codes. A paragraph is as wide as the terminal lets it be, so the annotations may break their
 * texts anywhere.
 */
public final class HelpPage {

    private static final int NARROWEST = 40;
    private static final int WIDEST = 120;
    private static final int INDENT = 26;
    private static final String OPTIONS = "Options";

    private final CommandSpec program;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    private HelpPage(CommandSpec program, int width) {
        this.program = program;
        this.width = width;
    }

    /** The page for the terminal of this process. */
    public static String of(CommandSpec program) {
        return of(program, width(TerminalColumns.told()));
    }

    static int width(int columns) {
        return Math.clamp(columns, NARROWEST, WIDEST);
    }

    /** The page in some width. */
    public static String of(CommandSpec program, int width) {
        return new HelpPage(program, width).text();
    }

    private String text() {
        synopsis();
        paragraphs(program.usageMessage().description());
        parameters();
        groups().forEach(this::options);
        subcommands();
        exitCodes();
        footer();
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private void heading(String text) {
        lines.add("");
        lines.add(text + ":");
    }

    private void synopsis() {
        String name = Invocation.of(program);
        String[] custom = program.usageMessage().customSynopsis();
        List<String> forms =
                custom.length > 0
                        ? Arrays.asList(custom)
                        : List.of(
                                "[OPTION]..."
                                        + program.positionalParameters().stream()
                                                .map(HelpPage::inSynopsis)
                                                .collect(Collectors.joining())
                                        + (program.subcommands().isEmpty() ? "" : " COMMAND"));
        String before = "Usage: ";
        for (String form : forms) {
            lines.addAll(WrappedText.beside(before, name + " " + form, before.length(), width));
            before = " ".repeat(before.length());
        }
    }

    private static String inSynopsis(PositionalParamSpec parameter) {
        String label = parameter.paramLabel();
        boolean many = parameter.arity().max() > 1 || parameter.index().max() > 1;
        String one = parameter.required() ? label : "[" + label + "]";
        return " " + (many && !label.endsWith("...") ? one + "..." : one);
    }

    private void paragraphs(String[] text) {
        if (text.length > 0) {
            lines.add("");
            lines.addAll(WrappedText.broken(joined(text), width));
        }
    }

    /** In the texts of annotations a percent sign is doubled, which picocli undoes for options. */
    private static String joined(String... text) {
        return Invocation.asTyped(String.join(" ", text).replace("%%", "%"));
    }

    private void parameters() {
        if (program.positionalParameters().isEmpty()) {
            return;
        }
        heading("Arguments");
        for (PositionalParamSpec parameter : program.positionalParameters()) {
            entry("  " + parameter.paramLabel(), parameter.description());
        }
    }

    private void entry(String left, String... text) {
        lines.addAll(WrappedText.beside(left, joined(text), INDENT, width));
    }

    /** The options by the heading that they or one before them have. */
    private Map<String, List<OptionSpec>> groups() {
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        String group = OPTIONS;
        List<OptionSpec> ordered = new ArrayList<>(program.options());
        // a program's own options come first, also where it inherits the standard ones
        ordered.sort(
                Comparator.comparing(HelpPage::isStandard).thenComparingInt(OptionSpec::order));
        for (OptionSpec option : ordered) {
            HelpGroup begins = begins(option);
            group = begins == null ? group : begins.value();
            if (!option.hidden()) {
                groups.computeIfAbsent(group, heading -> new ArrayList<>()).add(option);
            }
        }
        if (groups.size() == 2 && groups.containsKey(OPTIONS)) {
            // a program without groups of its own
            return Map.of(OPTIONS, groups.values().stream().flatMap(List::stream).toList());
        }
        return groups;
    }

    private static boolean isStandard(OptionSpec option) {
        return option.userObject() instanceof Field field
                && field.getDeclaringClass() == StandardOptions.class;
    }

    private static @Nullable HelpGroup begins(ArgSpec option) {
        return option.userObject() instanceof AnnotatedElement field
                ? field.getAnnotation(HelpGroup.class)
                : null;
    }

    private void options(String heading, List<OptionSpec> options) {
        heading(heading);
        for (OptionSpec option : options) {
            String names = String.join(", ", option.names());
            entry("  " + names + value(option), option.description());
        }
    }

    private static String value(OptionSpec option) {
        if (option.arity().max() == 0) {
            return "";
        }
        String label = option.paramLabel();
        return option.arity().min() == 0 ? "[=" + label + "]" : " " + label;
    }

    private void subcommands() {
        if (program.subcommands().isEmpty()) {
            return;
        }
        heading("Commands");
        program.subcommands()
                .forEach((name, line) -> entry("  " + name, first(line.getCommandSpec())));
    }

    /**
     * What a subcommand does, as far as the first colon or full stop; its own help has the rest.
     */
    private static String first(CommandSpec subcommand) {
        String all = String.join(" ", subcommand.usageMessage().description());
        return all.split("[.:]( |$)", 2)[0] + ".";
    }

    private void exitCodes() {
        Map<String, String> codes = program.usageMessage().exitCodeList();
        if (codes.isEmpty()) {
            return;
        }
        heading("Exit codes");
        codes.forEach((code, meaning) ->
                lines.addAll(
                        WrappedText.beside(
                                "  %-3s".formatted(code.strip()), joined(meaning), 7, width)));
    }

    /** A line of the footer that is indented is a command, which is not broken. */
    private void footer() {
        String[] footer = program.usageMessage().footer();
        if (footer.length == 0) {
            return;
        }
        lines.add("");
        for (String line : footer) {
            String typed = joined(line);
            lines.addAll(
                    typed.startsWith(" ") || typed.isEmpty()
                            ? List.of(typed)
                            : WrappedText.broken(typed, width));
        }
    }
}
