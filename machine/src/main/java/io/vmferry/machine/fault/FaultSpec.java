package io.vmferry.machine.fault;

/**
 * One line of a fault plan, {@code WHERE:WHAT}, as far as its form goes. The host that injects it
 * knows which places and actions exist.
 */
public record FaultSpec(FaultPlace where, FaultTerm what) {

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException with one clear line that quotes the text
     */
    public static FaultSpec parse(String text) {
        int colon = PlanText.find(text, ':', 0);
        try {
            if (colon < 0) {
                throw new IllegalArgumentException("expected WHERE:WHAT");
            }
            return new FaultSpec(
                    FaultPlace.parse(text.substring(0, colon)),
                    FaultTerm.parse(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Fault '%s': %s".formatted(text, e.getMessage()), e);
        }
    }

    /** For example {@code device-load(virtio-net)@50%:kill}, which {@link #parse} reads. */
    @Override
    public String toString() {
        return where + ":" + what;
    }
}
