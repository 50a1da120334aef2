package io.vmferry.lab.fuzz;

/** A reader that has not come to the end of its input. */
final class HungException extends Exception {

    private final transient Finding finding;

    HungException(Finding finding) {
        super(finding.what());
        this.finding = finding;
    }

    Finding finding() {
        return finding;
    }
}
