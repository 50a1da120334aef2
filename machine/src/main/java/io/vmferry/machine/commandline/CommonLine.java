package io.vmferry.machine.commandline;

import io.vmferry.protocol.BuildInfo;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** What picocli does for every program and its subcommands: our help page, and the version. */
public final class CommonLine {

    private static final String PAGE = "page";

    private CommonLine() {}

    /** Makes a command line show help and version as all programs do. */
    public static CommandLine of(CommandLine line) {
        line.setHelpSectionKeys(List.of(PAGE));
        line.setHelpSectionMap(Map.of(PAGE, help -> HelpPage.of(help.commandSpec())));
        showVersion(line);
        return line;
    }

    private static void showVersion(CommandLine line) {
        line.getCommandSpec().versionProvider(() -> new String[] {BuildInfo.running().line()});
        line.getSubcommands().values().forEach(CommonLine::showVersion);
    }
}
