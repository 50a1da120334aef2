package io.vmferry.machine.commandline;

import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Worded;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one line about a command line that a program does not understand. */
public final class WrongLine {

    /** What picocli says by the type of a field. */
    private static final Pattern NUMBER = Pattern.compile("is not an? (int|long)$");

    private WrongLine() {}

    /** What is wrong, what may have been meant, and where all options are listed. */
    public static String of(ParameterException wrong) {
        CommandSpec program = wrong.getCommandLine().getCommandSpec();
        return of(message(wrong, program), program);
    }

    private static String message(ParameterException wrong, CommandSpec program) {
        // picocli names a missing argument first, though a mistyped option may be why it is missing
        List<String> unmatched = wrong.getCommandLine().getUnmatchedArguments();
        if (wrong instanceof MissingParameterException && !unmatched.isEmpty()) {
            return unknown(
                    new UnmatchedArgumentException(wrong.getCommandLine(), unmatched), program);
        }
        return switch (wrong) {
            case UnmatchedArgumentException unknown -> unknown(unknown, program);
            case OverwrittenOptionException twice
                    when twice.getOverwritten() instanceof OptionSpec option ->
                    "Option '%s' is given twice".formatted(option.longestName());
            default -> NUMBER.matcher(Worded.of(wrong)).replaceFirst("is not a whole number");
        };
    }

    /** A message with the command that shows the help. */
    public static String of(String message, CommandSpec program) {
        String end = message.endsWith(".") || message.endsWith("?") ? " " : ". ";
        return oneLine(message + end + "Try '" + Invocation.of(program) + " --help'.");
    }

    private static String unknown(UnmatchedArgumentException wrong, CommandSpec program) {
        String word = wrong.getUnmatched().getFirst();
        if (!wrong.isUnknownOption()) {
            List<String> commands = List.copyOf(program.subcommands().keySet());
            return commands.isEmpty()
                    ? "Unexpected argument '%s'".formatted(word)
                    : "Unknown command: '%s'%s".formatted(word, Closest.question(word, commands));
        }
        int equals = word.indexOf('=');
        List<String> options =
                program.options().stream()
                        .filter(option -> !option.hidden())
                        .map(OptionSpec::longestName)
                        .toList();
        return "Unknown option: '%s'%s"
                .formatted(
                        word,
                        Closest.question(equals < 0 ? word : word.substring(0, equals), options));
    }

    /** The same text in one line, even if it quotes several. */
    public static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ");
    }
}
