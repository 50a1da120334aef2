package io.vmferry.lab.mutants;

/**
 * A method of a class, with the lambdas in it and all that have the same name.
 *
 * @param className without {@code io.vmferry.}
 */
record MutatedMethod(String className, String name) {

    private static final String ROOT = "io.vmferry.";

    String fullClassName() {
        return ROOT + className;
    }

    String internalClassName() {
        return fullClassName().replace('.', '/');
    }

    /** Whether a method of the class file belongs to it. */
    boolean holds(String method) {
        return method.equals(name) || method.startsWith("lambda$" + name + "$");
    }

    // ---- what can be changed there

    /** The method returns a constant at once: 0 stands for false, null and void. */
    Edit returning(long value) {
        return new Edit.Return(this, value);
    }

    /** A call is removed. */
    Edit without(String call) {
        return yielding(call, 0);
    }

    /** A call is removed, and a constant used as its result. */
    Edit yielding(String call, long result) {
        return new Edit.CallResult(this, Site.parse(call), result);
    }

    /** The result of a call, which is a condition, is negated. */
    Edit negating(String call) {
        return new Edit.CallNegated(this, Site.parse(call));
    }

    /** The last argument of a call is increased. */
    Edit shifting(String call, int by) {
        return new Edit.ArgumentShifted(this, Site.parse(call), by);
    }

    /** A method of {@link Substitutes} is called instead. */
    Edit calling(String substitute, String insteadOf) {
        return new Edit.CallReplaced(this, Site.parse(insteadOf), substitute);
    }

    /** The read of a field returns a constant. */
    Edit reading(String field, long value) {
        return new Edit.FieldValue(this, Site.parse(field), value);
    }

    /** The read of a field returns an increased number. */
    Edit misreading(String field, int by) {
        return new Edit.FieldShifted(this, Site.parse(field), by);
    }

    /** A field is not written. */
    Edit keeping(String field) {
        return new Edit.WriteLeftOut(this, Site.parse(field));
    }

    /** A numeric constant is changed wherever the method uses it. */
    Edit using(long number, long insteadOf) {
        return new Edit.NumberChanged(this, insteadOf, number);
    }

    @Override
    public String toString() {
        return className.substring(className.lastIndexOf('.') + 1) + "." + name;
    }
}
