package io.vmferry.lab.mutants;

/** One change to the code of one method. */
sealed interface Edit {

    /** The method that is changed. */
    Place place();

    /** A change at a call or a field access. */
    sealed interface AtSite extends Edit {
        Site site();
    }

    /** The method returns a constant at once. */
    record Return(Place place, long value) implements Edit {
        @Override
        public String toString() {
            return place + (value == 0 ? " does nothing" : " returns " + value + " at once");
        }
    }

    /** A call is removed, and a constant used as its result. */
    record CallResult(Place place, Site site, long result) implements AtSite {
        @Override
        public String toString() {
            return result == 0
                    ? "%s does not call %s".formatted(place, site)
                    : "%s takes %d for %s".formatted(place, result, site);
        }
    }

    /** The result of a call, which is a condition, is negated. */
    record CallNegated(Place place, Site site) implements AtSite {
        @Override
        public String toString() {
            return "%s negates %s".formatted(place, site);
        }
    }

    /** The last argument of a call, a number, is changed. */
    record ArgumentShifted(Place place, Site site, int by) implements AtSite {
        @Override
        public String toString() {
            return "%s calls %s with its last argument %+d".formatted(place, site, by);
        }
    }

    /** A static method of {@link Substitutes} is called, with the receiver before the arguments. */
    record CallReplaced(Place place, Site site, String substitute) implements AtSite {
        @Override
        public String toString() {
            return "%s calls %s instead of %s".formatted(place, substitute, site);
        }
    }

    /** The read of a field returns a constant. */
    record FieldValue(Place place, Site site, long value) implements AtSite {
        @Override
        public String toString() {
            return "%s takes %d for %s".formatted(place, value, site);
        }
    }

    /** The read of a numeric field returns a changed number. */
    record FieldShifted(Place place, Site site, int by) implements AtSite {
        @Override
        public String toString() {
            return "%s reads %s %+d".formatted(place, site, by);
        }
    }

    /** A field is not written. */
    record WriteLeftOut(Place place, Site site) implements AtSite {
        @Override
        public String toString() {
            return "%s does not set %s".formatted(place, site);
        }
    }

    /** A numeric constant is changed. */
    record NumberChanged(Place place, long from, long to) implements Edit {
        @Override
        public String toString() {
            return "%s uses %d for %d".formatted(place, to, from);
        }
    }
}
