package io.vmferry.lab.comparison;

import java.util.regex.Pattern;

/** A kind of difference that stays, wherever it is seen. */
enum KnownDifference {
    /**
     * The text of an error is ours: it says what was expected, what was seen, and where. There is
     * one where QEMU has one.
     */
    EXPLAINED_FAILURE {
        @Override
        boolean covers(Difference difference) {
            return isAnotherText(difference);
        }
    };

    private static final Pattern ERROR = Pattern.compile("\"error-desc\":\"(?:[^\"\\\\]|\\\\.)*\"");

    /** The text of HMP after a status. */
    private static final Pattern SHOWN =
            Pattern.compile("(?<=failed|postcopy-paused) \\([^\r\n]*\\)(?=[\r\n])");

    /** A text that repeats the client's input. */
    private static final Pattern OF_THE_CLIENT =
            Pattern.compile(
                    "source (addresses|postcopy-paused-channels)|destination (address|bound).*");

    abstract boolean covers(Difference difference);

    private static boolean isAnotherText(Difference difference) {
        return difference.vmferry() != null
                && !OF_THE_CLIENT.matcher(difference.dialogue()).matches()
                && withoutText(difference.qemu()).equals(withoutText(difference.vmferry()));
    }

    private static String withoutText(String seen) {
        String shown = SHOWN.matcher(seen).replaceAll("()");
        return ERROR.matcher(shown).replaceAll("ERROR");
    }

    static boolean isUnknown(Difference difference) {
        for (KnownDifference known : values()) {
            if (known.covers(difference)) {
                return false;
            }
        }
        return true;
    }
}
