package io.vmferry.protocol;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What somebody who made a typing error may have meant. */
public final class Closest {

    private Closest() {}

    /**
     * The word that differs least from what was typed; empty if all of them differ by much. Of
     * words that differ from it by their number only, the one with the nearest number.
     */
    public static Optional<String> to(String typed, Collection<String> words) {
        Optional<Numbered> number = Numbered.of(typed);
        return number.flatMap(typedNumber ->
                        words.stream()
                                .filter(word ->
                                        Numbered.of(word).filter(typedNumber::alike).isPresent())
                                .min(
                                        Comparator.comparing(word ->
                                                Numbered.of(word)
                                                        .orElseThrow()
                                                        .distance(typedNumber))))
                .or(() -> spelled(typed, words));
    }

    /** A word that ends with a number. */
    private record Numbered(String word, BigDecimal number) {

        private static final Pattern FORM = Pattern.compile("(\\D+)(\\d+(?:\\.\\d+)?)");

        static Optional<Numbered> of(String text) {
            Matcher form = FORM.matcher(text);
            return form.matches()
                    ? Optional.of(new Numbered(form.group(1), new BigDecimal(form.group(2))))
                    : Optional.empty();
        }

        boolean alike(Numbered other) {
            return word.equalsIgnoreCase(other.word);
        }

        BigDecimal distance(Numbered other) {
            return number.subtract(other.number).abs();
        }
    }

    private static Optional<String> spelled(String typed, Collection<String> words) {
        String small = typed.toLowerCase(Locale.ROOT);
        int most = Math.max(1, small.length() / 3);
        return words.stream()
                .filter(word -> distance(small, word.toLowerCase(Locale.ROOT)) <= most)
                .min(
                        Comparator.comparingInt(
                                word -> distance(small, word.toLowerCase(Locale.ROOT))));
    }

    /** The question that follows an error; empty if nothing is close. */
    public static String question(String typed, Collection<String> words) {
        String hint = hint(typed, words);
        return hint.isEmpty() ? hint : hint + "?";
    }

    /** The same within a sentence. */
    public static String hint(String typed, Collection<String> words) {
        return to(typed, words).map(word -> ", did you mean '" + word + "'").orElse("");
    }

    /** How many letters have to be added, left out, replaced or swapped with the next one. */
    static int distance(String from, String to) {
        int[] earlier = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(last[j] + 1, row[j - 1] + 1), last[j - 1] + replaced);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    row[j] = Math.min(row[j], earlier[j - 2] + 1);
                }
            }
            earlier = last;
            last = row;
        }
        return last[to.length()];
    }
}
