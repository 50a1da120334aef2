package io.vmferry.lab.matrix;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The result of a cell as one character of a table. */
enum OutcomeCode {
    BROKEN("!", "a rule was broken"),
    MOVED("m", "moved to the destination"),
    RECOVERED("r", "paused, recovered, moved"),
    SAFE("s", "failed, safe at the source"),
    STRANDED("w", "paused at a source that waits (QEMU before 10.2)"),
    DAMAGED("d", "arrived with corrupted memory, which the guest detected"),
    LOST("x", "lost with the process that owned it"),
    MISSED(".", "the fault had no effect");

    private final String text;
    private final String meaning;

    OutcomeCode(String text, String meaning) {
        this.text = text;
        this.meaning = meaning;
    }

    String text() {
        return text;
    }

    String meaning() {
        return meaning;
    }

    static OutcomeCode of(CellResult result) {
        if (result.broken().isPresent()) {
            return BROKEN;
        }
        if (!result.struck()) {
            return MISSED;
        }
        return switch (result.last().orElseThrow()) {
            case MOVED -> result.recoveries() > 0 ? RECOVERED : MOVED;
            case SAFE_AT_SOURCE -> SAFE;
            case STRANDED -> STRANDED;
            case DAMAGED -> DAMAGED;
            case LOST -> LOST;
            case PAUSED -> throw new IllegalStateException("Paused is no end: " + result.cell());
        };
    }

    /** The codes of some cells; MISSED only if there is no other. */
    static String all(Collection<CellResult> results) {
        Set<OutcomeCode> codes = EnumSet.noneOf(OutcomeCode.class);
        results.forEach(result -> codes.add(of(result)));
        if (codes.size() > 1) {
            codes.remove(MISSED);
        }
        return codes.stream().map(OutcomeCode::text).collect(Collectors.joining());
    }
}
