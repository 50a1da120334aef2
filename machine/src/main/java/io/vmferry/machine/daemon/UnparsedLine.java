package io.vmferry.machine.daemon;

import java.util.ArrayList;
import java.util.List;

/** A command line before it is parsed, which is looked at for what the log needs from its start. */
record UnparsedLine(List<String> words) {

    /** The option with the name of the guest. */
    static final String NAME = "--name";

    /** Its default. */
    static final String UNNAMED = "guest";

    UnparsedLine {
        words = List.copyOf(words);
    }

    /** The name of the guest. */
    String name() {
        return values(NAME).stream().reduce(UNNAMED, (earlier, later) -> later);
    }

    /** All values that an option is given, in order. */
    List<String> values(String option) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith(option + "=")) {
                values.add(word.substring(option.length() + 1));
            } else if (word.equals(option) && i + 1 < words.size()) {
                values.add(words.get(i + 1));
            }
        }
        return values;
    }
}
