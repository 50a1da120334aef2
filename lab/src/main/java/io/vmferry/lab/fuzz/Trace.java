package io.vmferry.lab.fuzz;

import io.vmferry.protocol.Worded;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of one input: its elements, in order, and the verdict. Elements are hashed; only a
 * trace that is to be shown keeps their texts.
 */
final class Trace {

    private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

    private final Optional<List<String>> texts;
    private long hash;
    private long kinds;
    private int count;
    private String verdict = "none";
    private String kindOfVerdict = "none";

    private Trace(Optional<List<String>> texts) {
        this.texts = texts;
    }

    /** A trace that can be compared. */
    static Trace hashed() {
        return new Trace(Optional.empty());
    }

    /** A trace that can be shown as well. */
    static Trace readable() {
        return new Trace(Optional.of(new ArrayList<>()));
    }

    /** An element. */
    void note(String kind, Object value) {
        add(kind, value.hashCode());
        texts.ifPresent(lines -> lines.add(kind + " " + value));
    }

    /** An element that is a number. */
    void note(String kind, long value) {
        add(kind, value);
        texts.ifPresent(lines -> lines.add(kind + " " + value));
    }

    private void add(String kind, long value) {
        kinds |= 1L << kind.hashCode();
        hash = (hash + value + kind.hashCode()) * FACTOR;
        hash ^= hash >>> 29;
        count++;
    }

    /** The reader has taken everything. */
    void ended(String how) {
        kindOfVerdict = "ended";
        verdict = how;
    }

    /** The reader has refused by name. */
    void refused(StreamException refusal) {
        if (refusal.offset() == StreamException.NO_OFFSET) {
            throw new IllegalStateException("A refusal without its place: " + refusal.getMessage());
        }
        refused(refusal.error().name(), Worded.of(refusal));
    }

    /** Something else than a stream was refused. */
    void refused(String kind, String text) {
        kindOfVerdict = kind;
        verdict = kind + ": " + text;
    }

    /** The number of elements. */
    int count() {
        return count;
    }

    /** Whether the input was refused. */
    boolean wasRefused() {
        return !kindOfVerdict.equals("ended");
    }

    /** A hash that is equal for inputs with the same kinds of elements and verdict. */
    long behaviour() {
        return kinds * FACTOR + kindOfVerdict.hashCode();
    }

    /** Whether another trace has the same elements, in the same order, and the same verdict. */
    boolean sameAs(Trace other) {
        return hash == other.hash && count == other.count && verdict.equals(other.verdict);
    }

    String verdict() {
        return verdict;
    }

    /** All that was found, one line each, and the verdict. */
    List<String> lines() {
        List<String> all = new ArrayList<>(texts.orElseThrow());
        all.add("=> " + verdict);
        return all;
    }

    /** The first line in which two readable traces differ. */
    static String difference(Trace one, Trace other) {
        List<String> left = one.lines();
        List<String> right = other.lines();
        int at = 0;
        while (at < Math.min(left.size(), right.size()) && left.get(at).equals(right.get(at))) {
            at++;
        }
        return "element %d is '%s' and '%s'".formatted(at, line(left, at), line(right, at));
    }

    private static String line(List<String> lines, int at) {
        return at < lines.size() ? lines.get(at) : "nothing";
    }
}
