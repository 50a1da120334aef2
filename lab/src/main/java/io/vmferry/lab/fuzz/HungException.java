package io.vmferry.lab.fuzz;

/** A reader did not terminate. */
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
