package io.vmferry.machine.vcpu;

import io.vmferry.machine.text.Figures;

/**
 * A vCPU found a page that cannot be what it last wrote there. It executes no further step.
 *
 * @param vcpu that found it
 * @param step it was about to execute
 * @param page guest-wide page number
 * @param explanation what was expected and what was seen
 */
public record GuestFault(int vcpu, long step, long page, String explanation) {
    @Override
    public String toString() {
        return "vCPU %d at step %s found page %s wrong: %s"
                .formatted(vcpu, Figures.number(step), Figures.number(page), explanation);
    }
}
