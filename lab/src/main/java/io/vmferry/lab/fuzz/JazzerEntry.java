package io.vmferry.lab.fuzz;

import io.vmferry.protocol.Named;
import java.util.SplittableRandom;

/**
 * The entry point for Jazzer, which finds the two methods by their names, guides the inputs by the
 * coverage of our classes, and reports exceptions as findings. The first argument names the target.
 */
public final class JazzerEntry {

    @SuppressWarnings("NullAway.Init") // set by fuzzerInitialize
    private static Rules rules;

    private JazzerEntry() {}

    /** Called once, with the arguments after {@code --target_args}. */
    public static void fuzzerInitialize(String[] args) {
        Target target = Named.require(Target.class, "target", args[0]);
        rules = new Rules(target, new SplittableRandom(1));
    }

    /** Called with each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        rules.check(input)
                .ifPresent(finding -> {
                    throw new IllegalStateException(finding.what());
                });
    }
}
