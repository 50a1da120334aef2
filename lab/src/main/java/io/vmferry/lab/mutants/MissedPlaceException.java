package io.vmferry.lab.mutants;

/** An edit did not find the code that it changes. */
public final class MissedPlaceException extends Exception {

    private static final long serialVersionUID = 1L;

    MissedPlaceException(String what) {
        super(what);
    }
}
