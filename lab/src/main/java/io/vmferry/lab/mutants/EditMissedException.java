package io.vmferry.lab.mutants;

/** An edit did not find the code that it changes. */
public final class EditMissedException extends Exception {

    private static final long serialVersionUID = 1L;

    EditMissedException(String what) {
        super(what);
    }
}
