package io.vmferry.lab.matrix;

import io.vmferry.lab.page.PageCode;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The result of a cell as one character of a table; the worst first. */
enum OutcomeCode implements PageCode {
    BROKEN("!", "a rule was broken"),
    LOST("x", "lost with the process that owned it"),
    DAMAGED("d", "arrived with corrupted memory, which the guest detected"),
    STRANDED("w", "paused at a source that waits (QEMU before 10.2)"),
    SAFE("s", "failed, safe at the source"),
    RECOVERED("r", "paused, recovered, moved"),
    MOVED("m", "moved to the destination"),
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

    @Override
    public String look() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String word() {
        return text + " " + (this == MISSED ? "no effect" : look());
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

    /** The worst code of some cells. */
    static OutcomeCode worst(Collection<CellResult> results) {
        return results.stream().map(OutcomeCode::of).min(Enum::compareTo).orElseThrow();
    }

    /** The codes of some cells, the worst first; MISSED only if there is no other. */
    static String all(Collection<CellResult> results) {
        Set<OutcomeCode> codes = EnumSet.noneOf(OutcomeCode.class);
        results.forEach(result -> codes.add(of(result)));
        if (codes.size() > 1) {
            codes.remove(MISSED);
        }
        return codes.stream().map(OutcomeCode::text).collect(Collectors.joining());
    }
}
