package io.vmferry.lab.fuzz;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HexFormat;

/**
 * A rule that a target has broken.
 *
 * @param what the rule, what was expected and what was seen
 */
@SuppressWarnings("ArrayRecordComponent") // shown and read again, never compared
record Finding(Target target, byte[] input, String what) {

    /** The text for an exception that is not a rejection. */
    static String thrown(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return "An exception that is not a rejection was thrown: " + text;
    }

    /** The rule without the details of an input. */
    String rule() {
        int end = what.indexOf(':');
        return end < 0 ? what : what.substring(0, end);
    }

    String hex() {
        return HexFormat.of().formatHex(input);
    }
}
