package io.vmferry.lab.mutants;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call or a field access in the code of a method.
 *
 * @param owner the class named there, without its package; nested ones as {@code Outer$Nested}
 * @param name of the method or field
 * @param ordinal which of them, from 1 on
 * @param count how many there are in the method
 */
record Site(String owner, String name, int ordinal, int count) {

    private static final Pattern FORM =
            Pattern.compile("([\\w$]+)\\.([\\w<>]+)(?:#(\\d+)/(\\d+))?");

    /**
     * Parses a site: {@code PageBitmap.set} where there is one, {@code PageBitmap.set#2/3} for the
     * second of three.
     */
    static Site parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "A site is Class.name or Class.name#ORDINAL/COUNT, not '" + text + "'");
        }
        boolean alone = matcher.group(3) == null;
        return new Site(
                matcher.group(1),
                matcher.group(2),
                alone ? 1 : Integer.parseInt(matcher.group(3)),
                alone ? 1 : Integer.parseInt(matcher.group(4)));
    }

    /** Whether an access names this member. */
    boolean names(String internalOwner, String member) {
        return internalOwner.substring(internalOwner.lastIndexOf('/') + 1).equals(owner)
                && member.equals(name);
    }

    @Override
    public String toString() {
        return owner + "." + name + (count == 1 ? "" : "#%d/%d".formatted(ordinal, count));
    }
}
