package io.vmferry.lab.mutants;

/** An edit does not find what it is to change: the code is not what it was written for. */
public final class MissedPlaceException extends Exception {

    private static final long serialVersionUID = 1L;

    MissedPlaceException(String what) {
        super(what);
    }
}
