package io.vmferry.machine.oracle;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A page that was found wrong, before it is known what it should hold.
 *
 * @param page guest-wide number
 * @param foundStep step whose content it seems to hold, if any
 * @param explanation what is wrong with it
 */
record Suspect(long page, OptionalLong foundStep, String explanation) {
    /** The one with the lower address; either may be null. */
    static @Nullable Suspect lower(@Nullable Suspect a, @Nullable Suspect b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.page < a.page ? b : a;
    }
}
