package io.vmferry.machine.fault;

/** Compares the arguments of places with what is seen. */
public final class ArgumentText {

    private ArgumentText() {}

    /**
     * Whether what was seen is what a plan asks for: a device may be named without its slot, as
     * {@code virtio-net}, and a number written either way.
     */
    public static boolean matches(String wanted, String seen) {
        return wanted.equalsIgnoreCase(seen)
                || seen.endsWith("/" + wanted)
                || sameNumber(wanted, seen);
    }

    private static boolean sameNumber(String wanted, String seen) {
        try {
            return Long.decode(wanted).equals(Long.decode(seen));
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
