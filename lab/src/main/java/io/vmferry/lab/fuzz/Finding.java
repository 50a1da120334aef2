package io.vmferry.lab.fuzz;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HexFormat;

/**
 * A rule that a target has broken.
 *
 * @param what which rule, what was expected, what was seen
 */
@SuppressWarnings("ArrayRecordComponent") // shown and read again, never compared
record Finding(Target target, byte[] input, String what) {

    /** The text for something that was thrown and is no refusal. */
    static String thrown(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return "Something else than a refusal was thrown: " + text;
    }

    /** The rule without what differs from input to input. */
    String rule() {
        int end = what.indexOf(':');
        return end < 0 ? what : what.substring(0, end);
    }

    String hex() {
        return HexFormat.of().formatHex(input);
    }
}
