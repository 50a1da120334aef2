package io.vmferry.lab.mutants;

/**
 * A method of a class, with the lambdas in it and all that have the same name.
 *
 * @param className without {@code io.vmferry.}
 */
record Place(String className, String method) {

    private static final String ROOT = "io.vmferry.";

    String fullClassName() {
        return ROOT + className;
    }

    String internalClassName() {
        return fullClassName().replace('.', '/');
    }

    /** Whether a method of the class file belongs to it. */
    boolean holds(String methodName) {
        return methodName.equals(method) || methodName.startsWith("lambda$" + method + "$");
    }

    // ---- what can be changed there

    /** The method does nothing and returns a constant: 0 stands for false, null and nothing. */
    Edit returning(long value) {
        return new Edit.Return(this, value);
    }

    /** A call is left out. */
    Edit without(String call) {
        return yielding(call, 0);
    }

    /** A call is left out, and a constant taken for its result. */
    Edit yielding(String call, long result) {
        return new Edit.CallResult(this, Site.parse(call), result);
    }

    /** A condition that a call gives is negated. */
    Edit negating(String call) {
        return new Edit.CallNegated(this, Site.parse(call));
    }

    /** A call gets its last argument changed by so much. */
    Edit shifting(String call, int by) {
        return new Edit.ArgumentShifted(this, Site.parse(call), by);
    }

    /** A method of {@link Substitutes} is called instead. */
    Edit calling(String substitute, String insteadOf) {
        return new Edit.CallReplaced(this, Site.parse(insteadOf), substitute);
    }

    /** A field is taken to hold a constant. */
    Edit reading(String field, long value) {
        return new Edit.FieldValue(this, Site.parse(field), value);
    }

    /** A field is read as so much more. */
    Edit misreading(String field, int by) {
        return new Edit.FieldShifted(this, Site.parse(field), by);
    }

    /** A field keeps its value where it is to be set. */
    Edit keeping(String field) {
        return new Edit.WriteLeftOut(this, Site.parse(field));
    }

    /** A number is another one, wherever the method uses it. */
    Edit using(long number, long insteadOf) {
        return new Edit.NumberChanged(this, insteadOf, number);
    }

    @Override
    public String toString() {
        return className.substring(className.lastIndexOf('.') + 1) + "." + method;
    }
}
