package io.vmferry.machine.commandline;

import picocli.CommandLine.Option;

/** The options that every program has. */
public final class StandardOptions {

    @HelpGroup("Others")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version, the commit it was built from, and the JDK.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean version;
}
