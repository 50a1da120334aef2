package io.vmferry.lab.clients;

import java.util.Arrays;
import java.util.Locale;

/** What has become of a guest. */
enum GuestEnd {
    TWICE("runs on both sides"),
    LOST("lost: no process has it any more"),
    DAMAGED("runs at the destination with memory that is not its own"),
    STRANDED("stands still or waits for pages; it could be recovered, but nobody does"),
    SAFE("runs at the source"),
    MOVED("runs at the destination, whole");

    private final String meaning;

    GuestEnd(String meaning) {
        this.meaning = meaning;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    String meaning() {
        return meaning;
    }

    /**
     * The end of a name.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    static GuestEnd of(String text) {
        return Arrays.stream(values())
                .filter(end -> end.text().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("'%s' is no end of a guest".formatted(text)));
    }
}
