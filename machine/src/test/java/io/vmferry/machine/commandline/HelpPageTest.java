package io.vmferry.machine.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class HelpPageTest {

    @Command(
            name = "ferry",
            sortOptions = false,
            description = {"Carries what it is given", "over the water."},
            exitCodeList = {"0:all is there", "2:wrong command line"},
            footer = {"Examples:", "  {vmferry} ferry --load 3 north"})
    @SuppressWarnings("unused") // set by picocli
    private static final class Ferry implements Runnable {

        @HelpGroup("Load")
        @Option(
                names = {"-l", "--load"},
                paramLabel = "N",
                defaultValue = "1",
                description = {
                    "How much is carried, with a text",
                    "that is broken where the",
                    "terminal ends and nowhere else (default: ${DEFAULT-VALUE})."
                })
        private int load;

        @Option(names = "--percent", arity = "0..1", paramLabel = "P", description = "As 50%%.")
        private String percent = "";

        @Parameters(paramLabel = "PLACE", arity = "1..*", description = "Where to.")
        private List<String> places = List.of();

        @Mixin private StandardOptions standard = new StandardOptions();

        @Override
        public void run() {}
    }

    private static String page(int width) {
        return HelpPage.of(CommonLine.of(new CommandLine(new Ferry())).getCommandSpec(), width);
    }

    @Test
    void itHasAllPartsInTheirOrder() {
        assertThat(page(80).lines())
                .containsExactly(
                        "Usage: ferry [OPTION]... PLACE...",
                        "",
                        "Carries what it is given over the water.",
                        "",
                        "Arguments:",
                        "  PLACE                   Where to.",
                        "",
                        "Load:",
                        "  -l, --load N            How much is carried, with a text that is broken where",
                        "                          the terminal ends and nowhere else (default: 1).",
                        "  --percent[=P]           As 50%.",
                        "",
                        "Others:",
                        "  -h, --help              Show this text.",
                        "  -V, --version           Show the version, the commit it was built from, and",
                        "                          the JDK.",
                        "",
                        "Exit codes:",
                        "  0    all is there",
                        "  2    wrong command line",
                        "",
                        "Examples:",
                        "  vmferry ferry --load 3 north");
    }

    @Test
    void aSubcommandIsListedByTheBeginningOfItsDescription() {
        @Command(name = "below", description = "Sinks: and stays there. For ever.")
        class Below {}
        CommandLine line = new CommandLine(new Ferry()).addSubcommand(new Below());
        assertThat(HelpPage.of(CommonLine.of(line).getCommandSpec(), 80).lines())
                .startsWith("Usage: ferry [OPTION]... PLACE... COMMAND")
                .containsSubsequence("Commands:", "  below                   Sinks.");
    }

    /** As a program does that inherits them. */
    @Test
    void theStandardOptionsComeLastThoughTheyAreDeclaredFirst() {
        @Command(name = "raft", sortOptions = false)
        @SuppressWarnings("unused") // set by picocli
        class Raft {
            @Mixin private StandardOptions standard = new StandardOptions();

            @Option(names = "--pole", description = "What it is moved with.")
            private boolean pole;

            @HelpGroup("Trip")
            @Option(names = "--far", description = "Not only to the other bank.")
            private boolean far;
        }
        assertThat(
                        HelpPage.of(CommonLine.of(new CommandLine(new Raft())).getCommandSpec(), 80)
                                .lines())
                .containsSubsequence("Options:", "Trip:", "Others:")
                .containsSubsequence(
                        "  --pole                  What it is moved with.",
                        "  --far                   Not only to the other bank.",
                        "  -h, --help              Show this text.");
    }

    @ParameterizedTest
    @CsvSource({"40", "80", "120"})
    void noLineIsWiderThanTheTerminal(int width) {
        assertThat(page(width).lines()).allMatch(line -> line.length() <= width);
    }

    @ParameterizedTest
    @CsvSource({"80,80", "20,40", "100,100", "200,120"})
    void theWidthIsThatOfTheTerminalWithinLimits(int columns, int width) {
        assertThat(HelpPage.width(columns)).isEqualTo(width);
    }

    @Test
    void aWrongLineSaysWhatWasMeantAndWhereHelpIs() {
        CommandLine line = CommonLine.of(new CommandLine(new Ferry()));
        assertThat(complaint(line, "--lod", "3", "north"))
                .isEqualTo("Unknown option: '--lod', did you mean '--load'? Try 'ferry --help'.");
        assertThat(complaint(line, "--load", "many", "north"))
                .startsWith("Invalid value for option '--load': 'many' is not a whole number.")
                .endsWith(" Try 'ferry --help'.");
    }

    private static String complaint(CommandLine line, String... words) {
        try {
            line.parseArgs(words);
            return "";
        } catch (CommandLine.ParameterException e) {
            return WrongLine.of(e);
        }
    }
}
