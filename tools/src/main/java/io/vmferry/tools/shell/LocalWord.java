package io.vmferry.tools.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the shell does itself; no server has commands of these names. */
enum LocalWord {
    HELP("help", "help [COMMAND]: what there is, what a command takes"),
    WATCH("watch", "watch: follow the migration to its end; ^C stops watching"),
    EXIT("exit", "exit: leave, as ^D does; the server goes on (quit ends it)");

    private final String word;
    private final String meaning;

    LocalWord(String word, String meaning) {
        this.word = word;
        this.meaning = meaning;
    }

    static Optional<LocalWord> of(String word) {
        return Arrays.stream(values()).filter(local -> local.word.equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(LocalWord::word).toList();
    }

    String word() {
        return word;
    }

    String meaning() {
        return meaning;
    }
}
