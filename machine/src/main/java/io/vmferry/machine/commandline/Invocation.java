package io.vmferry.machine.commandline;

import picocli.CommandLine.Model.CommandSpec;

/**
 * How a user has started the running program, and would start another one: set by the launchers.
 */
public final class Invocation {

    private static final String COMMAND = "vmferry.command";
    private static final String LAUNCHER = "vmferry.launcher";

    private Invocation() {}

    /**
     * What was typed before the first option, for example {@code scripts/source-node} or {@code
     * vmferry clients run}.
     */
    public static String of(CommandSpec program) {
        String typed = System.getProperty(COMMAND);
        if (typed == null) {
            return program.qualifiedName();
        }
        String below = program.qualifiedName().substring(program.root().name().length());
        return typed + below;
    }

    /** A text of help in which {@code vmferry SUBCOMMAND} is what the user would type. */
    public static String asTyped(String text) {
        return text.replace("{vmferry}", System.getProperty(LAUNCHER, "vmferry"));
    }
}
