package io.vmferry.machine.fault;

import io.vmferry.machine.memory.MemorySize;
import java.util.ArrayList;
import java.util.List;

/** The form of fault plans: where their text is cut, and how sizes are written. */
final class PlanText {

    private PlanText() {}

    /** A size, also with its unit spelled out: {@code 1MiB} is {@code 1M}. */
    static long bytes(String text) {
        return MemorySize.parse(text.endsWith("iB") ? text.substring(0, text.length() - 2) : text);
    }

    /** The pieces between separators that stand outside of parentheses, without blanks around. */
    static List<String> split(String text, char separator) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int at = find(text, separator, from); at >= 0; at = find(text, separator, from)) {
            pieces.add(text.substring(from, at).strip());
            from = at + 1;
        }
        pieces.add(text.substring(from).strip());
        return pieces;
    }

    /** Where a separator stands outside of parentheses; -1 when nowhere. */
    static int find(String text, char separator, int from) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == separator && depth == 0) {
                return i;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return -1;
    }
}
