package io.vmferry.lab.mutants;

/** One change to the code of one method. */
sealed interface Edit {

    /** The method that is changed. */
    MutatedMethod method();

    /** A change at a call or a field access. */
    sealed interface AtSite extends Edit {
        Site site();
    }

    /** The method returns a constant at once. */
    record Return(MutatedMethod method, long value) implements Edit {
        @Override
        public String toString() {
            return method + (value == 0 ? " does nothing" : " returns " + value + " at once");
        }
    }

    /** A call is removed, and a constant used as its result. */
    record CallResult(MutatedMethod method, Site site, long result) implements AtSite {
        @Override
        public String toString() {
            return result == 0
                    ? "%s does not call %s".formatted(method, site)
                    : "%s takes %d for %s".formatted(method, result, site);
        }
    }

    /** The result of a call, which is a condition, is negated. */
    record CallNegated(MutatedMethod method, Site site) implements AtSite {
        @Override
        public String toString() {
            return "%s negates %s".formatted(method, site);
        }
    }

    /** The last argument of a call, a number, is changed. */
    record ArgumentShifted(MutatedMethod method, Site site, int by) implements AtSite {
        @Override
        public String toString() {
            return "%s calls %s with its last argument %+d".formatted(method, site, by);
        }
    }

    /** A static method of {@link Substitutes} is called, with the receiver before the arguments. */
    record CallReplaced(MutatedMethod method, Site site, String substitute) implements AtSite {
        @Override
        public String toString() {
            return "%s calls %s instead of %s".formatted(method, substitute, site);
        }
    }

    /** The read of a field returns a constant. */
    record FieldValue(MutatedMethod method, Site site, long value) implements AtSite {
        @Override
        public String toString() {
            return "%s takes %d for %s".formatted(method, value, site);
        }
    }

    /** The read of a numeric field returns a changed number. */
    record FieldShifted(MutatedMethod method, Site site, int by) implements AtSite {
        @Override
        public String toString() {
            return "%s reads %s %+d".formatted(method, site, by);
        }
    }

    /** A field is not written. */
    record WriteLeftOut(MutatedMethod method, Site site) implements AtSite {
        @Override
        public String toString() {
            return "%s does not set %s".formatted(method, site);
        }
    }

    /** A numeric constant is changed. */
    record NumberChanged(MutatedMethod method, long from, long to) implements Edit {
        @Override
        public String toString() {
            return "%s uses %d for %d".formatted(method, to, from);
        }
    }
}
